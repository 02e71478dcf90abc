// The guest's side of the conversation: `wss://webmessaging.<domain>/v1?deploymentId=` (facts: messaging §2).
//
// `listener(name, detail)` hears: state (see STATES), opened {isNew, allowed}, message (a StructuredMessage), typing
// (milliseconds), refused {tracingId, code}, unsent (frames that will not go), notice (a text's name), cleared, upload.

import { trimmed } from "./attributes.js";
import { Connection } from "./connection.js";
import { Outbox } from "./outbox.js";
import { uuid } from "./settings.js";

export const STATES = ["connecting", "ready", "reconnecting", "ended", "expired", "elsewhere", "refused", "offline"];

const FATAL = [4006, 4007, 4017]; // the session is over: expired, not found, not to be used unauthenticated
const RATE = 429;
const FORBIDDEN = [401, 403];
const TRIES = 8; // of a socket that never opened
const FIRST_WAIT = 1000; // milliseconds, doubled up to LAST_WAIT
const LAST_WAIT = 30_000;
const TYPING_COOL_DOWN = 5000;
const TYPING = 5000; // how long an indicator lasts that gives no duration

export class Session {
  constructor({ endpoint, deployment, store, autoStart, admitted, listener }) {
    Object.assign(this, { deployment, store, autoStart, admitted, listener });
    this.connection = new Connection(`${endpoint}?deploymentId=${encodeURIComponent(deployment)}`, {
      opened: () => this.configure(this.startNew),
      heard: (frame) => this.hear(frame),
      lost: (wasOpen) => this.lost(wasOpen),
    });
    this.outbox = new Outbox((frame) => this.write(frame));
    this.state = "";
    this.tries = 0;
    this.typedAt = 0;
    this.attributes = null;
    this.attributesMax = 2048;
  }

  open(startNew = false) {
    this.leave();
    this.startNew = startNew;
    this.become(this.tries ? "reconnecting" : "connecting");
    this.connection.open();
  }

  /** The token is read once a session: another tab may have begun a new one since. */
  configure(startNew) {
    this.token = this.store.token;
    const frame = { action: "configureSession", deploymentId: this.deployment, startNew };
    this.ask(frame, ({ kind, code, body }) => {
      if (kind === "SessionResponse") this.configured(body || {});
      else if (code === RATE) this.timer = setTimeout(() => this.configure(startNew), seconds(body) * 1000);
      else if (code >= 400) this.stop(FORBIDDEN.includes(code) ? "refused" : "offline");
    });
  }

  /** Say something: `message` is the message of the frame. Returns the tracing id by which it is known. */
  say(message) {
    const frame = { action: "onMessage", tracingId: uuid(), message };
    this.outbox.add(frame);
    return frame.tracingId;
  }

  presence(type) {
    return this.say({ type: "Event", events: [{ eventType: "Presence", presence: { type } }] });
  }

  typing() {
    const now = Date.now();
    if (this.state !== "ready" || now - this.typedAt < TYPING_COOL_DOWN) return;
    this.typedAt = now;
    const message = { type: "Event", events: [{ eventType: "Typing", typing: { type: "On" } }] };
    this.write({ action: "onMessage", tracingId: uuid(), message });
  }

  clear() {
    this.presence("Clear");
  }

  /** After an end: a new conversation, of the same guest unless the session is over. */
  startOver() {
    if (this.state === "ended" && this.connection.isOpen) {
      this.configure(true);
      return;
    }
    this.tries = 0;
    this.open(this.state === "ended");
  }

  /** Custom attributes, sent with the next message and cut to what the platform takes. */
  setAttributes(values) {
    this.attributes = { ...(this.attributes || {}), ...values };
  }

  /** Ask something that is answered with one frame: {kind, code, body}; whether it could be asked. */
  ask(frame, answered) {
    return this.connection.ask({ token: this.token, ...frame }, answered);
  }

  write(frame) {
    if (!this.connection.isOpen) return false;
    if (this.attributes && frame.message.type !== "Event") {
      frame.channel = { metadata: { customAttributes: trimmed(this.attributes, this.attributesMax) } };
      this.attributes = null;
    }
    return this.connection.send({ ...frame, token: this.token });
  }

  hear({ class: kind, code, body, tracingId }) {
    const isFault = kind === "string" && code >= 400;
    if (kind === "SessionExpiredEvent" || (isFault && FATAL.includes(code))) this.expire();
    else if (this.connection.answer(tracingId, { kind: isFault ? "Error" : kind, code, body })) return;
    else if (kind === "StructuredMessage") this.message(body || {}, tracingId);
    else if (kind === "SessionResponse") this.configured(body || {});
    else if (kind === "TooManyRequestsErrorMessage" || (isFault && code === RATE)) this.tooFast(body, tracingId);
    else if (kind === "ConnectionClosedEvent" || kind === "LogoutEvent") this.stop("elsewhere");
    else if (kind === "SessionClearedEvent") this.cleared();
    else if (isFault) this.fault(code, tracingId);
    else this.listener("upload", { kind, body }); // UploadSuccessEvent, UploadFailureEvent; what is unknown is ignored
  }

  configured(body) {
    this.tries = 0;
    if (body.maxCustomDataBytes) this.attributesMax = body.maxCustomDataBytes;
    if (body.readOnly) {
      this.become("ended");
    } else if (body.connected) {
      this.become("ready");
      this.listener("opened", { isNew: Boolean(body.newSession), allowed: body });
      if (body.newSession && this.autoStart && !body.autoStarted) this.presence("Join");
      this.connection.watch(() => ({ action: "echo", token: this.token, message: { type: "Text", text: "ping" } }));
      if (body.newSession) this.outbox.open();
    }
  }

  /** History has been read: what of the unfinished is in it was heard, all else is said again. */
  resume(isKnown) {
    this.outbox.again(isKnown);
    if (this.state === "ready") this.outbox.open();
  }

  message(body, tracingId) {
    this.outbox.settle(tracingId);
    for (const event of body.events || []) this.signal(event, body);
    if (body.type === "Text" || body.type === "Structured") this.listener("message", { ...body, tracingId });
  }

  signal(event, body) {
    if (body.direction === "Inbound") return;
    if (event.eventType === "Typing") {
      this.listener("typing", (event.typing || {}).duration || TYPING);
    } else if (event.eventType === "Presence" && (event.presence || {}).type === "Disconnect") {
      if (String((body.metadata || {}).readOnly) === "true") this.become("ended");
      else this.listener("notice", "ended");
    }
  }

  tooFast(body, tracingId) {
    if (this.outbox.pause(seconds(body), tracingId)) this.listener("notice", "tooFast");
  }

  fault(code, tracingId) {
    this.outbox.drop(tracingId);
    this.listener("refused", { tracingId, code });
  }

  expire() {
    this.store.renew(this.token);
    this.stop("expired");
  }

  cleared() {
    this.outbox.clear();
    this.outbox.close();
    this.listener("cleared");
    this.configure(true);
  }

  /** The socket closed by itself. */
  async lost(wasOpen) {
    this.leave();
    if (["elsewhere", "expired", "refused"].includes(this.state)) return;
    if (!wasOpen && !(await this.admitted())) {
      this.stop("refused"); // a browser does not say that it was 403: the list of domains does
      return;
    }
    if (!wasOpen && this.tries >= TRIES) {
      this.stop("offline");
      return;
    }
    const wait = Math.min(FIRST_WAIT * 2 ** this.tries, LAST_WAIT) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.become("reconnecting");
    this.timer = setTimeout(() => this.open(false), wait);
  }

  stop(state) {
    this.become(state);
    this.leave();
  }

  leave() {
    clearTimeout(this.timer);
    this.outbox.close();
    this.connection.close();
  }

  /** What was to be said in a conversation that is over is not said in the next one. */
  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.listener("state", state);
    if (state !== "ended" && state !== "expired") return;
    this.outbox.close();
    this.listener("unsent", this.outbox.clear());
  }
}

/** How long the platform wants rest. */
function seconds(body) {
  return (body || {}).retryAfter || 1;
}
