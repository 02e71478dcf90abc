// The chosen interaction: who it is, what was said, and what can be done now.

import { clock, following, make } from "../genesys-bootstrap/dom.js";
import { rendered, repliesOf } from "../genesys-bootstrap/message.js";
import { Composer } from "./composer.js";
import { customerOf, nameOf, queueOf, sorted } from "./interaction.js";
import { Wrapup } from "./wrapup.js";

const TEXTS = { options: "Answers offered", cards: "Cards; scroll sideways for more", chosen: "chosen" };
const WORDS = { failed: "not delivered", "delivery-failed": "not delivered", "delivery-success": "delivered", sent: "sent",
  queued: "sending", read: "read" };

export class Pane {
  constructor(desk) {
    this.desk = desk;
    this.element = make("main", { class: "pane", "aria-label": "Conversation" });
    this.shown = ""; // id and state that the parts below were made for
  }

  draw() {
    const { desk } = this;
    const one = desk.current;
    const shown = one ? `${desk.chosen} ${one.state}` : "";
    if (shown !== this.shown || !this.element.children.length) {
      this.shown = shown;
      this.element.replaceChildren(...(one ? this.build(one) : [nothing()]));
      if (one && this.tools) this.tools.focus();
    }
    if (one) this.update(one);
  }

  build(one) {
    const id = this.desk.chosen;
    this.drawn = new Map(); // message id → {status, element} that are shown
    this.list = make("ol", { class: "messages" });
    this.log = make("div", { class: "log", role: "log", "aria-label": "Messages", "aria-live": "polite", tabindex: "0" }, this.list);
    this.typing = make("p", { class: "typing", role: "status" });
    this.tools = null;
    if (one.state === "talking") this.tools = new Composer(this.desk, id);
    if (one.state === "wrapup") this.tools = new Wrapup(this.desk, id, one.codes || []);
    return [this.head(one), this.context(one), this.log, this.typing, this.tools ? this.tools.element : this.over(one, id)];
  }

  head(one) {
    const queue = queueOf(one.conversation, this.desk.me.id);
    return make("header", { class: "head" },
      make("div", {}, make("h2", { dir: "auto" }, nameOf(one.conversation)), make("p", { dir: "auto" }, queue ? `Queue ${queue}` : "No queue")));
  }

  /** What the flow and the bot handed over: the customer's attributes. */
  context(one) {
    this.attributes = make("dl", {});
    this.more = make("details", { class: "context" }, make("summary", {}, "Context"), this.attributes);
    return this.more;
  }

  over(one, id) {
    if (one.state === "alerting") {
      return make("div", { class: "tools" }, make("button", { type: "button", class: "main",
        onclick: () => this.desk.accept(id) }, "Accept"));
    }
    return make("div", { class: "tools" }, make("p", {}, "This interaction is over."),
      make("button", { type: "button", class: "main", onclick: () => this.desk.dismiss(id) }, "Put it away"));
  }

  update(one) {
    const attributes = Object.entries(customerOf(one.conversation).attributes || {});
    this.more.hidden = !attributes.length;
    this.attributes.replaceChildren(...attributes.map(([name, value]) => make("div", {}, make("dt", { dir: "auto" }, name), make("dd", { dir: "auto" }, value))));
    this.typing.textContent = one.typing > Date.now() && one.state === "talking" ? `${nameOf(one.conversation)} is typing …` : "";
    const known = sorted(one.messages).filter((message) => parts(message).length);
    following(this.log, () => {
      known.forEach((message, i) => this.show(message, one.status.get(message.id) || message.status || "", i));
    });
  }

  /** Draw a message at its place, if it is not there as it is. */
  show(message, status, place) {
    const before = this.drawn.get(message.id);
    if (!before || before.status !== status) {
      const element = this.item(message, status);
      if (before) before.element.replaceWith(element);
      this.drawn.set(message.id, { status, element });
    }
    const { element } = this.drawn.get(message.id);
    if (this.list.children[place] !== element) this.list.insertBefore(element, this.list.children[place] || null);
  }

  item(message, status) {
    const { direction, originatingEntity } = message.normalizedMessage || {};
    const kind = direction === "Inbound" ? "customer" : originatingEntity === "Bot" ? "bot" : "agent";
    const mine = message.createdBy && message.createdBy.id === this.desk.me.id;
    const speaker = { customer: nameOf(this.desk.current.conversation), bot: "Flow or bot", agent: mine ? "You" : "Agent" }[kind];
    const outcome = kind === "customer" ? "" : WORDS[status] || "";
    const failed = outcome === WORDS.failed;
    return make("li", { class: `message ${kind}`, "data-id": message.id },
      make("span", { class: "who", dir: "auto" }, speaker), parts(message), offered(message),
      make("p", { class: failed ? "foot failed" : "foot" }, clock(message.timestamp), outcome ? make("span", {}, outcome) : null));
  }
}

function parts(message) {
  return rendered(message.normalizedMessage || {}, TEXTS, () => {}).map((part) => {
    for (const button of part.querySelectorAll("button")) button.disabled = true; // the customer's to press
    return part;
  });
}

function offered(message) {
  const replies = message.normalizedMessage.direction === "Inbound" ? [] : repliesOf(message.normalizedMessage);
  if (!replies.length) return null;
  return make("ul", { class: "offered", "aria-label": TEXTS.options }, replies.map((one) => make("li", { dir: "auto" }, one.text)));
}

function nothing() {
  return make("div", { class: "nothing" }, make("h2", {}, "No interaction chosen"),
    make("p", {}, "Go on queue. What comes in appears under Interactions; accept it to read and answer."));
}
