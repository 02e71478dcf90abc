// The messenger: settings, session and window joined.

import { palette } from "./colour.js";
import { Commands } from "./commands.js";
import { Conversation } from "./conversation.js";
import { History } from "./history.js";
import { Session } from "./session.js";
import { admits, chosenLanguage, labelsIn, loadDocument, socketAddress, Store } from "./settings.js";
import { errorText, textsFor } from "./texts.js";
import { Uploads } from "./upload.js";
import { Window } from "./window.js";

const NOTICE = 6000; // milliseconds that a passing notice stays
const STYLE = "messenger.css";

/** Load the configuration and put the launcher into the page; the object that carries out commands. */
export async function start(options, source) {
  const { deploymentId } = options;
  let configuration;
  try {
    configuration = await loadDocument(source, deploymentId, "config.json");
  } catch (error) {
    configuration = { unavailable: error.status === 403 ? "refused" : "unavailable" };
  }
  const messenger = new Messenger(deploymentId, configuration, source);
  await messenger.show();
  return messenger;
}

class Messenger {
  constructor(deployment, configuration, source) {
    Object.assign(this, { deployment, configuration, source });
    const language = chosenLanguage(configuration, navigator.languages || [navigator.language]);
    this.texts = textsFor(language, labelsIn(configuration, language));
    this.settings = configuration.messenger || {};
    this.app = (this.settings.apps || {}).conversations || {};
    this.store = new Store(deployment);
    this.commands = new Commands({
      "Messenger.open": () => this.window.toggle(true),
      "Messenger.openConversation": () => this.window.toggle(true),
      "Messenger.close": () => this.window.toggle(false),
      "Database.set": (data) => this.setAttributes((data.messaging || {}).customAttributes || {}),
    });
    this.unread = 0;
    this.problem = configuration.unavailable || "";
    if (!this.problem && (this.settings.enabled === false || configuration.status === "Inactive")) {
      this.problem = "unavailable";
    }
  }

  async show() {
    const act = {
      say: (text) => this.say({ type: "Text", text }),
      attach: (file) => this.attach(file),
      typing: () => this.app.showUserTypingIndicator && this.session && this.session.typing(),
      clear: () => this.session.clear(),
      earlier: () => this.readHistory(),
      toggled: (open) => this.toggled(open),
    };
    this.window = new Window(this.texts, act, {
      visibility: (this.settings.launcherButton || {}).visibility,
      canClear: Boolean((this.app.conversationClear || {}).enabled),
    });
    this.conversation = new Conversation(this.window.list, this.texts, {
      choose: (button, message) => this.choose(button, message),
      retry: (message) => this.retry(message),
    });
    await this.window.appear(palette((this.settings.styles || {}).primaryColor), new URL(STYLE, this.source).href);
    if (this.problem) this.stopped(this.problem);
    else if (this.store.read().begun) this.connect();
    if (this.store.read().open && !this.problem) this.window.toggle(true);
    this.commands.publish("Messenger.ready");
  }

  connect() {
    if (this.session || this.problem) return;
    this.store.write({ begun: true });
    const endpoint = socketAddress(this.app.messagingEndpoint);
    this.session = new Session({
      endpoint,
      deployment: this.deployment,
      store: this.store,
      autoStart: Boolean((this.app.autoStart || {}).enabled),
      admitted: () => admits(this.source, this.deployment, endpoint),
      listener: (name, detail) => this[`on_${name}`](detail),
    });
    if (this.attributes) this.session.setAttributes(this.attributes);
    this.history = new History(this.session, (this.configuration.apiEndpoint || "").replace(/\/$/, ""));
    this.uploads = new Uploads(this.session);
    this.session.open();
  }

  say(message, shown = message) {
    this.connect();
    const tracingId = this.session.say(message);
    this.put({ ...shown, said: message, tracingId, direction: "Inbound", status: "sending" });
    this.window.toEnd();
  }

  choose({ type, text, payload }, origin) {
    const content = [{ contentType: "ButtonResponse", buttonResponse: { type, text, payload } }];
    if (!this.window.composer.hidden) {
      this.say({ type: "Structured", text, content, ...(origin.id ? { originatingMessageId: origin.id } : {}) });
    }
    if (!this.window.composer.hidden) this.window.text.focus();
  }

  retry({ tracingId, said }) {
    this.conversation.mark(tracingId, "sending");
    this.conversation.find({ tracingId }).tracingId = this.session.say(said);
  }

  async attach(file) {
    this.notice(`${file.name}: ${this.texts.uploading}`, NOTICE * 10);
    try {
      const id = await this.uploads.send(file);
      this.notice("");
      const attachment = { id };
      const shown = { ...attachment, filename: file.name, mime: file.type }; // its address comes with the echo
      this.say(
        { type: "Text", text: "", content: [{ contentType: "Attachment", attachment }] },
        { type: "Text", content: [{ contentType: "Attachment", attachment: shown }] },
      );
    } catch (error) {
      this.notice(`${file.name}: ${this.texts[error.text] || this.texts.uploadFailed}`, NOTICE * 2, true);
    }
  }

  put(message) {
    let isNew = false;
    this.window.following(() => {
      isNew = this.conversation.put(message);
    });
    return isNew;
  }

  async readHistory() {
    const found = await this.history.next();
    this.window.following(() => {
      for (const one of (found || []).reverse()) {
        const said = one.type === "Text" || one.type === "Structured";
        if (said) this.conversation.put(one.direction === "Inbound" ? { ...one, status: "sent" } : one);
      }
    });
    this.window.earlier.hidden = !found || !this.history.hasMore;
  }

  // What the session says.

  on_state(state) {
    const { texts, window } = this;
    window.allow(["", "connecting", "ready", "reconnecting"].includes(state));
    window.typing.hidden = true;
    const over = { label: texts.startNew, action: () => this.session.startOver() };
    const known = {
      connecting: [texts.connecting],
      ready: [""],
      reconnecting: [texts.reconnecting],
      ended: [texts.ended, over],
      expired: [texts.expired, over],
      elsewhere: [texts.elsewhere, { label: texts.useHere, action: () => this.session.startOver() }],
      offline: [texts.offline, { label: texts.retry, action: () => this.session.startOver(), alarm: true }],
      refused: [texts.refused, { alarm: true }],
    };
    window.tell(...known[state]);
  }

  async on_opened({ isNew, allowed }) {
    this.window.accept(allowed.allowedMedia);
    if (isNew) {
      if (this.wasOpen) this.conversation.clear();
    } else {
      this.history.start();
      const { begun } = this.history;
      await this.readHistory();
      if (begun === this.history.begun) this.session.resume((frame) => this.conversation.absorb(frame));
    }
    this.wasOpen = true;
  }

  on_message(message) {
    const own = message.direction === "Inbound";
    const isNew = this.put(own ? { ...message, status: "sent" } : message);
    if (own) return;
    this.window.typing.hidden = true;
    if (isNew && !this.window.isOpen) this.window.count((this.unread += 1));
  }

  on_typing(duration) {
    if (this.app.showAgentTypingIndicator === false) return;
    clearTimeout(this.typingTimer);
    this.window.following(() => {
      this.window.typing.hidden = false;
    });
    this.typingTimer = setTimeout(() => {
      this.window.typing.hidden = true;
    }, duration);
  }

  on_refused({ tracingId, code }) {
    const text = this.texts[errorText(code)];
    this.conversation.mark(tracingId, "notSent", text);
    this.notice(text, NOTICE, true);
  }

  on_unsent(frames) {
    for (const { tracingId } of frames) this.conversation.mark(tracingId, "notSent");
  }

  on_notice(name) {
    this.notice(this.texts[name]);
  }

  on_cleared() {
    this.conversation.clear();
    this.window.earlier.hidden = true;
  }

  on_upload(frame) {
    this.uploads.hear(frame);
  }

  notice(text, duration = NOTICE, alarm = false) {
    clearTimeout(this.noticeTimer);
    this.window.tell(text, { alarm });
    if (text) this.noticeTimer = setTimeout(() => this.on_state(this.session.state), duration);
  }

  stopped(problem) {
    this.window.allow(false);
    this.window.tell(this.texts[problem], { alarm: true });
  }

  toggled(open) {
    this.store.write({ open });
    if (open) {
      this.unread = 0;
      this.connect();
    }
    this.commands.publish(open ? "Messenger.opened" : "Messenger.closed");
  }

  /** What the page says (see commands.js). */
  command(...given) {
    this.commands.carryOut(...given);
  }

  setAttributes(values) {
    this.attributes = { ...this.attributes, ...values };
    if (this.session) this.session.setAttributes(this.attributes);
  }
}
