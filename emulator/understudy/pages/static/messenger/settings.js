// What the deployment says: its configuration, the language to speak, the labels, and what this browser keeps of it.

const FAMILY = (language) => language.toLowerCase().replace("_", "-").split("-")[0];

/** Where the host `api-cdn` is, seen from the script's address: a host of the region, else the same folder. */
export function configurationBase(source) {
  const url = new URL(source);
  if (url.hostname.startsWith("apps.")) {
    url.hostname = "api-cdn." + url.hostname.slice("apps.".length);
    return url.origin;
  }
  return url.href.split("/genesys-bootstrap/")[0];
}

/** A document beside the configuration (`config.json`, `domains.json`); throws an error with `status`. */
export async function loadDocument(source, deployment, name) {
  const address = `${configurationBase(source)}/webdeployments/v1/deployments/${encodeURIComponent(deployment)}/${name}`;
  const answer = await fetch(address, { cache: "no-store", credentials: "omit" });
  if (!answer.ok) {
    const error = new Error(`${name}: ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return answer.json();
}

/** The socket's address: what the configuration names is the host, with or without the version. */
export function socketAddress(endpoint) {
  const address = String(endpoint).replace(/\/$/, "").replace(/^http/, "ws");
  return address.endsWith("/v1") ? address : `${address}/v1`;
}

/** The language of the configuration that the browser likes best, else its default. */
export function chosenLanguage(configuration, wanted) {
  const known = configuration.languages || [];
  for (const one of wanted) {
    const exact = known.find((language) => language.toLowerCase() === one.toLowerCase());
    const near = exact || known.find((language) => FAMILY(language) === FAMILY(one));
    if (near) return near;
  }
  return configuration.defaultLanguage || known[0] || "en-us";
}

/** The configuration's own labels in a language, by key. */
export function labelsIn(configuration, language) {
  const found = (configuration.customI18nLabels || [])
    .filter((one) => (one.language || "").toLowerCase() === language.toLowerCase())
    .flatMap((one) => one.localizedLabels || []);
  return Object.fromEntries(found.map((label) => [label.key, label.value]));
}

/** Whether this page may carry the deployment; the platform's own host may always. */
export async function admits(source, deployment, endpoint) {
  if (new URL(endpoint).hostname === location.hostname) return true;
  try {
    return isAdmitted(await loadDocument(source, deployment, "domains.json"), location.hostname);
  } catch (error) {
    return error.status !== 403; // without the list nothing is known
  }
}

/** Whether a page of this host is listed, as `domains.json` has it. */
function isAdmitted(domains, hostname) {
  if (domains.allowAllDomains) return true;
  const listed = Array.isArray(domains) ? domains : domains.allowedDomains || domains.domains || [];
  return listed.some((one) => {
    const name = one.toLowerCase().split(":")[0];
    return name.startsWith("*.") ? hostname.endsWith(name.slice(1)) : name === hostname;
  });
}

/** A version-4 UUID; `crypto.randomUUID` is there in secure contexts only. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What this browser keeps of a deployment: the guest's token, and whether the window was open. */
export class Store {
  constructor(deployment) {
    this.key = `understudy.messenger.${deployment}`;
    this.memory = {}; // where the browser keeps nothing for us
    this.isKept = true;
  }

  get token() {
    return this.read().token || this.renew();
  }

  /** A new guest instead of `old`, unless another tab was quicker. */
  renew(old = "") {
    const known = this.read().token;
    if (known && known !== old) return known;
    const token = uuid();
    this.write({ token });
    return token;
  }

  read() {
    if (!this.isKept) return this.memory;
    try {
      return JSON.parse(localStorage.getItem(this.key)) || {};
    } catch {
      return this.memory;
    }
  }

  write(values) {
    this.memory = { ...this.read(), ...values };
    try {
      localStorage.setItem(this.key, JSON.stringify(this.memory));
      this.isKept = true;
    } catch {
      this.isKept = false; // storage is full or forbidden: the guest lasts as long as the page
    }
  }
}
