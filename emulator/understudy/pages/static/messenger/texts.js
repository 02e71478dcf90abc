// What the messenger says itself, by language. Labels of the configuration go before it.

const EN = {
  launcher: "Chat with us",
  title: "Messenger",
  subtitle: "We usually answer within minutes",
  open: "Open the messenger",
  close: "Close the messenger",
  clear: "Clear the conversation",
  clearAsk: "Clear the whole conversation? It can't be brought back.",
  yes: "Clear it",
  no: "Keep it",
  log: "Conversation",
  placeholder: "Write a message",
  send: "Send",
  attach: "Attach a file",
  earlier: "Show earlier messages",
  you: "You",
  bot: "Automatic answer",
  agent: "Agent",
  typing: "is typing",
  options: "Choose an answer",
  cards: "Cards; scroll sideways for more",
  chosen: "chosen",
  sending: "sending",
  sent: "sent",
  notSent: "not sent",
  retry: "Try again",
  connecting: "Connecting …",
  reconnecting: "The connection is gone. Trying again …",
  offline: "No connection could be made.",
  ended: "This conversation has ended.",
  startNew: "Start a new conversation",
  expired: "Your session has expired.",
  elsewhere: "The messenger is open in another window.",
  useHere: "Use it here",
  refused: "This page is not allowed to use the messenger.",
  unavailable: "The messenger is not available at the moment.",
  tooLong: "That message is too long.",
  attributes: "The page gave more data than is allowed.",
  tooFast: "That was too fast. Your message is sent in a moment.",
  forbidden: "That is not allowed here.",
  failed: "That did not work.",
  fileType: "Files of this type are not accepted.",
  fileSize: "That file is too large.",
  fileName: "That file name is not accepted.",
  fileEmpty: "That file is empty.",
  uploading: "uploading",
  uploadFailed: "The file could not be uploaded.",
  newMessages: "New messages",
};

const DE = {
  launcher: "Chatten Sie mit uns",
  title: "Messenger",
  subtitle: "Wir antworten meist in wenigen Minuten",
  open: "Messenger öffnen",
  close: "Messenger schließen",
  clear: "Unterhaltung löschen",
  clearAsk: "Die ganze Unterhaltung löschen? Sie lässt sich nicht zurückholen.",
  yes: "Löschen",
  no: "Behalten",
  log: "Unterhaltung",
  placeholder: "Nachricht schreiben",
  send: "Senden",
  attach: "Datei anhängen",
  earlier: "Frühere Nachrichten zeigen",
  you: "Sie",
  bot: "Automatische Antwort",
  agent: "Mitarbeiter",
  typing: "schreibt",
  options: "Wählen Sie eine Antwort",
  cards: "Karten; seitwärts blättern für mehr",
  chosen: "gewählt",
  sending: "wird gesendet",
  sent: "gesendet",
  notSent: "nicht gesendet",
  retry: "Noch einmal",
  connecting: "Verbindung wird aufgebaut …",
  reconnecting: "Die Verbindung ist weg. Neuer Versuch …",
  offline: "Es kam keine Verbindung zustande.",
  ended: "Diese Unterhaltung ist beendet.",
  startNew: "Neue Unterhaltung beginnen",
  expired: "Ihre Sitzung ist abgelaufen.",
  elsewhere: "Der Messenger ist in einem anderen Fenster offen.",
  useHere: "Hier weiter",
  refused: "Diese Seite darf den Messenger nicht benutzen.",
  unavailable: "Der Messenger steht gerade nicht zur Verfügung.",
  tooLong: "Diese Nachricht ist zu lang.",
  attributes: "Die Seite hat mehr Daten angegeben, als erlaubt ist.",
  tooFast: "Das war zu schnell. Ihre Nachricht geht gleich hinaus.",
  forbidden: "Das ist hier nicht erlaubt.",
  failed: "Das hat nicht geklappt.",
  fileType: "Dateien dieser Art werden nicht angenommen.",
  fileSize: "Die Datei ist zu groß.",
  fileName: "Dieser Dateiname wird nicht angenommen.",
  fileEmpty: "Die Datei ist leer.",
  uploading: "wird hochgeladen",
  uploadFailed: "Die Datei konnte nicht hochgeladen werden.",
  newMessages: "Neue Nachrichten",
};

const KNOWN = { en: EN, de: DE };
const LABELS = {
  launcher: "MessengerLauncherButtonText",
  title: "MessengerHomeHeaderTitle",
  subtitle: "MessengerHomeHeaderSubTitle",
};
/** Error codes of the guest socket (documented: 4000–4029) and the text that people get. */
const ERRORS = {
  403: "forbidden", 4000: "forbidden", 4001: "fileType", 4002: "fileSize", 4003: "fileType", 4004: "fileName",
  4005: "fileName", 4011: "tooLong", 4013: "attributes", 4102: "fileEmpty",
};

/** All texts in a language: the configuration's labels, then our own, then English. `speaks`: whose words they are. */
export function textsFor(language, labels) {
  const family = language.toLowerCase().split(/[-_]/)[0];
  const texts = { ...EN, ...KNOWN[family], speaks: KNOWN[family] ? language : "en" };
  for (const [name, key] of Object.entries(LABELS)) {
    if (labels[key]) texts[name] = labels[key];
  }
  return texts;
}

/** The name of the text for an error code. */
export function errorText(code) {
  return ERRORS[code] || "failed";
}
