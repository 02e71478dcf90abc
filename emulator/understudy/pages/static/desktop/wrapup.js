// After the conversation: what it was about.

import { make } from "../genesys-bootstrap/dom.js";

export class Wrapup {
  constructor(desk, id, codes) {
    Object.assign(this, { desk, id });
    this.code = make("select", { id: "code", required: true }, codes.map((one) => make("option", { value: one.id }, one.name)));
    this.notes = make("textarea", { id: "notes", rows: "2" });
    const form = make("form", { class: "wrapup-form" },
      make("div", {}, make("label", { for: "code" }, "Wrap-up code"), this.code),
      make("div", {}, make("label", { for: "notes" }, "Notes"), this.notes),
      make("button", { type: "submit", class: "main", disabled: !codes.length }, "Done"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.done();
    });
    const none = codes.length ? null : make("p", { class: "note" }, "The queue has no wrap-up codes.");
    const skip = codes.length ? null : make("button", { type: "button", onclick: () => desk.dismiss(id) }, "Put it away");
    this.element = make("div", { class: "tools" }, make("h3", {}, "Wrap up"), none, form, skip);
  }

  focus() {
    this.code.focus();
  }

  async done() {
    if (await this.desk.wrapUp(this.id, this.code.value, this.notes.value.trim())) this.desk.dismiss(this.id);
  }
}
