// The conversation as a list that grows: each message once, in the order of its time.

import { clock, make } from "./dom.js";
import { rendered, replyButtons, repliesOf } from "./message.js";

export class Conversation {
  /** `choose(button, message)`: an answer was picked; `retry(message)`: a message that failed is to be said again. */
  constructor(list, texts, { choose, retry }) {
    Object.assign(this, { list, texts, choose, retry });
    this.messages = [];
    this.count = 0;
  }

  /** Add a message, or complete the one that is known by id or tracing id. Returns whether it is new. */
  put(message) {
    const known = this.find(message);
    if (known) {
      this.update(known, message);
      return false;
    }
    const one = { ...message, time: timeOf(message), number: (this.count += 1) };
    if (one.status === "sending") one.time = Math.max(one.time, ...this.messages.map((other) => other.time));
    const place = this.messages.findLastIndex((other) => inTime(other, one) < 0) + 1;
    this.messages.splice(place, 0, one);
    one.element = this.draw(one);
    this.list.insertBefore(one.element, this.list.children[place] || null);
    this.group();
    return true;
  }

  /** What became of a message of ours: `sending`, `sent` or `notSent`, with a reason. */
  mark(tracingId, status, reason = "") {
    const known = this.messages.find((one) => one.tracingId && one.tracingId === tracingId);
    if (known) this.update(known, { status, reason });
  }

  clear() {
    this.messages = [];
    this.list.replaceChildren();
  }

  /** Whether a frame that we sent before the connection broke was heard: then the history that was read since has it,
      without a tracing id; it takes ours, and the message that stood for it goes. Each is taken once. */
  absorb({ tracingId, message }) {
    const ours = this.find({ tracingId });
    const said = contentOf(message);
    const heard = ours && this.messages.find(
      (one) => one.direction === "Inbound" && one.status === "sent" && !one.tracingId && one.number > ours.number
        && contentOf(one) === said,
    );
    if (!heard) return false;
    ours.element.remove();
    this.messages.splice(this.messages.indexOf(ours), 1);
    heard.tracingId = tracingId;
    this.group();
    return true;
  }

  find({ id, tracingId }) {
    return this.messages.find((one) => (id && one.id === id) || (tracingId && one.tracingId === tracingId));
  }

  update(known, values) {
    const wasAt = known.time;
    Object.assign(known, values);
    known.time = values.channel ? timeOf(values) : wasAt;
    const drawn = this.draw(known);
    known.element.replaceWith(drawn);
    known.element = drawn;
    if (known.time !== wasAt) this.sort();
    this.group();
  }

  sort() {
    const before = [...this.messages];
    this.messages.sort(inTime);
    if (this.messages.some((one, i) => one !== before[i])) this.list.append(...this.messages.map((one) => one.element));
  }

  /** Who speaks is named once for a row of messages, and only the last of all offers answers. */
  group() {
    this.messages.forEach((one, i) => {
      const before = this.messages[i - 1];
      one.element.classList.toggle("goes-on", Boolean(before) && speaker(before, this.texts) === speaker(one, this.texts));
      const replies = one.element.querySelector(".replies");
      if (replies) replies.hidden = i !== this.messages.length - 1;
    });
  }

  draw(one) {
    const own = one.direction === "Inbound";
    const choose = (button) => this.choose(button, one);
    const replies = own ? [] : repliesOf(one);
    const classes = ["message", own ? "own" : one.originatingEntity === "Bot" ? "bot" : "agent"];
    return make(
      "li",
      { class: classes.join(" "), "data-id": one.id },
      make("span", { class: "who", dir: "auto" }, speaker(one, this.texts)),
      rendered(one, this.texts, choose),
      this.foot(one, own),
      replies.length ? replyButtons(replies, this.texts, choose) : null,
    );
  }

  foot(one, own) {
    const at = clock(one.time);
    if (!own || !one.status) return make("p", { class: "foot" }, at);
    const words = one.status === "notSent" && one.reason ? one.reason : this.texts[one.status];
    const again = one.status === "notSent"
      ? make("button", { type: "button", class: "again", onclick: () => this.retry(one) }, this.texts.retry)
      : null;
    return make("p", { class: `foot ${one.status}` }, at, make("span", {}, words), again);
  }
}

/** Of two with the same time the one that was put first is first. */
function inTime(one, other) {
  return one.time - other.time || one.number - other.number;
}

function speaker(one, texts) {
  if (one.direction === "Inbound") return texts.you;
  const { nickname, firstName } = (one.channel || {}).from || {};
  return nickname || firstName || (one.originatingEntity === "Bot" ? texts.bot : texts.agent);
}

function timeOf(message) {
  const time = Date.parse((message.channel || {}).time || "");
  return Number.isNaN(time) ? Date.now() : time;
}

/** What makes two messages the same: text, answers picked, files. */
function contentOf({ text, content }) {
  const items = (content || []).map((item) => (item.buttonResponse || {}).payload || (item.attachment || {}).id || "");
  return JSON.stringify([text || "", items]);
}
