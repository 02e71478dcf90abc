// What an agent says, with answers to pick from if need be; and where the conversation may go instead.

import { make, textField } from "../genesys-bootstrap/dom.js";

const REPLIES = 8; // fields for answers; more make no sense to a reader

export class Composer {
  constructor(desk, id) {
    Object.assign(this, { desk, id });
    this.text = textField({ id: "answer", rows: "2", placeholder: "Write to the customer" }, () => this.send());
    this.text.addEventListener("input", () => desk.types(id));
    this.replies = make("ul", { class: "reply-fields" });
    this.drawer = make("details", { class: "drawer" }, make("summary", {}, "Quick replies"),
      make("p", { class: "note" }, "The customer picks one of them."), this.replies);
    this.addReply();
    const form = make("form", { class: "say" }, make("label", { for: "answer", class: "unseen" }, "Your answer"), this.text,
      make("button", { type: "submit", class: "main" }, "Send"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.element = make("div", { class: "tools" }, form, make("div", { class: "row" }, this.drawer, this.transfer(), this.leave()));
  }

  focus() {
    this.text.focus();
  }

  async send() {
    const text = this.text.value.trim();
    const replies = this.fields().map((field) => field.value.trim()).filter(Boolean);
    if (!text) {
      this.text.focus();
      return;
    }
    this.text.value = "";
    this.replies.replaceChildren();
    this.addReply();
    this.drawer.open = false;
    this.text.focus();
    if (!(await this.desk.say(this.id, text, replies))) this.putBack(text, replies);
  }

  /** What was not sent stands in the fields again, unless something else does by now. */
  putBack(text, replies) {
    if (this.text.value || this.fields().some((field) => field.value)) return;
    this.text.value = text;
    replies.forEach((reply, i) => {
      if (i >= this.fields().length) this.addReply();
      this.fields()[i].value = reply;
    });
    this.drawer.open = replies.length > 0;
  }

  fields() {
    return [...this.replies.querySelectorAll("input")];
  }

  /** One more field, as soon as the last one is used. */
  addReply() {
    const number = this.fields().length + 1;
    const field = make("input", { id: `reply-${number}`, type: "text", maxlength: "80", autocomplete: "off" });
    field.addEventListener("input", () => {
      if (field === this.fields().at(-1) && field.value && number < REPLIES) this.addReply();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.send();
    });
    this.replies.append(make("li", {}, make("label", { for: field.id }, `Reply ${number}`), field));
  }

  transfer() {
    const options = this.desk.queues.map((one) => make("option", { value: one.id }, one.name));
    const select = make("select", { id: "queue" }, options);
    const form = make("form", {}, make("label", { for: "queue" }, "Queue"), select, make("button", { type: "submit" }, "Transfer"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.desk.transfer(this.id, select.value);
    });
    return make("details", { class: "drawer" }, make("summary", {}, "Transfer"), form);
  }

  leave() {
    return make("button", { type: "button", class: "leave", onclick: () => this.desk.leave(this.id) }, "Disconnect");
  }
}
