// The launcher and the window: what is there, where the focus goes, and which parts a state shows.

import { following, icon, make, textField } from "./dom.js";

export class Window {
  /** `act`: functions say(text), attach(file), typing(), clear(), again(), earlier(), toggled(isOpen). */
  constructor(texts, act, { visibility = "On", media = null, canClear = false }) {
    Object.assign(this, { texts, act });
    this.host = make("div", { id: "understudy-messenger" });
    this.root = this.host.attachShadow({ mode: "open" });
    this.launcher = this.button("launcher", texts.launcher, "chat", () => this.toggle());
    const down = icon("down");
    this.launcher.firstChild.classList.add("closed");
    down.classList.add("opened");
    this.launcher.append(down, make("span", { class: "words" }, texts.launcher), make("span", { class: "count", hidden: true }));
    this.launcher.setAttribute("aria-expanded", "false");
    this.launcher.setAttribute("aria-controls", "window");
    this.launcher.hidden = visibility !== "On";
    this.panel = this.build(canClear);
    this.accept(media);
    this.root.append(this.panel, this.launcher);
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.toggle(false);
    });
  }

  /** Come into the page, with a palette's colours, as soon as the style sheet is there. */
  async appear(colours, address) {
    const style = make("link", { rel: "stylesheet", href: address });
    const styled = new Promise((resolve) => {
      style.onload = style.onerror = resolve;
    });
    for (const [name, value] of Object.entries(colours)) this.host.style.setProperty(`--${name}`, value);
    this.root.prepend(style);
    this.host.style.setProperty("display", "none"); // until it looks like something
    document.body.append(this.host);
    await styled;
    this.host.style.removeProperty("display");
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  build(canClear) {
    const { texts } = this;
    this.list = make("ol", { class: "messages" });
    this.earlier = make("button", { type: "button", class: "earlier", hidden: true, onclick: () => this.act.earlier() },
      texts.earlier);
    this.log = make("div", { class: "log", role: "log", "aria-label": texts.log, "aria-live": "polite", tabindex: "0" },
      this.earlier, this.list);
    this.typing = make("p", { class: "typing", hidden: true }, make("span", { class: "dots", "aria-hidden": "true" },
      make("i"), make("i"), make("i")), make("span", { class: "unseen" }, `${texts.agent} ${texts.typing}`));
    this.status = make("div", { class: "status", role: "status" });
    this.composer = this.buildComposer();
    this.bin = canClear ? this.button("plain", texts.clear, "bin", () => this.askToClear()) : null;
    const head = make("header", {},
      make("div", { class: "titles" }, make("h2", { id: "title", dir: "auto" }, texts.title),
        make("p", { dir: "auto" }, texts.subtitle)),
      this.bin, this.button("plain", texts.close, "down", () => this.toggle(false)));
    return make("section", { id: "window", class: "window", role: "dialog", "aria-labelledby": "title", hidden: true,
      lang: texts.speaks }, head, this.log, this.typing, this.status, this.composer);
  }

  buildComposer() {
    const { texts } = this;
    const field = { id: "text", rows: "1", placeholder: texts.placeholder, autocomplete: "off" };
    this.text = textField(field, () => this.submit());
    this.file = make("input", { type: "file", id: "file", class: "unseen", tabindex: "-1", "aria-hidden": "true" });
    this.clip = this.button("plain", texts.attach, "clip", () => this.file.click());
    this.text.addEventListener("input", () => {
      this.fit();
      this.act.typing();
    });
    this.file.addEventListener("change", () => {
      if (this.file.files[0]) this.act.attach(this.file.files[0]);
      this.file.value = "";
    });
    const send = this.button("send", texts.send, "send");
    send.type = "submit";
    const form = make("form", {}, this.clip, this.file,
      make("label", { for: "text", class: "unseen" }, texts.placeholder), this.text, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    return form;
  }

  button(kind, label, shape, onclick = null) {
    return make("button", { type: "button", class: kind, "aria-label": label, title: label, onclick }, icon(shape));
  }

  /** Which files may be attached: the platform's `allowedMedia`; null or none hides the button. */
  accept(media) {
    const types = (((media || {}).inbound || {}).fileTypes || []).map((one) => one.type);
    this.clip.hidden = !types.length;
    this.file.accept = types.join(",");
  }

  submit() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.fit();
    this.act.say(text);
  }

  toggle(open = !this.isOpen) {
    if (open === this.isOpen) return;
    this.panel.hidden = !open;
    this.launcher.setAttribute("aria-expanded", String(open));
    this.launcher.classList.toggle("open", open);
    this.launcher.setAttribute("aria-label", open ? this.texts.close : this.texts.launcher);
    this.launcher.title = open ? this.texts.close : this.texts.launcher;
    if (open) {
      this.count(0);
      this.toEnd();
      if (!this.composer.hidden) this.text.focus();
      else this.log.focus();
    } else if (!this.launcher.hidden) {
      this.launcher.focus();
    }
    this.act.toggled(open);
  }

  /** Messages that came while the window was closed. */
  count(number) {
    const badge = this.launcher.querySelector(".count");
    badge.hidden = !number;
    badge.textContent = number ? String(number) : "";
    if (number) this.launcher.setAttribute("aria-label", `${this.texts.launcher}, ${this.texts.newMessages}: ${number}`);
  }

  /** Say how things are: a line, and a button for what can be done about it. */
  tell(text, { label = "", action = null, alarm = false } = {}) {
    this.status.classList.toggle("alarm", alarm);
    const hadFocus = this.status.contains(this.root.activeElement);
    const button = label ? make("button", { type: "button", onclick: action }, label) : null;
    this.status.replaceChildren(...(text ? [make("p", { dir: "auto" }, text)] : []), ...(button ? [button] : []));
    if (hadFocus && !button && !this.composer.hidden) this.text.focus();
  }

  /** Whether one may write, and clear what was written. */
  allow(writes) {
    const focus = this.root.activeElement;
    const hadFocus = this.composer.contains(focus) || (this.bin && this.bin === focus);
    this.composer.hidden = !writes;
    if (this.bin) this.bin.hidden = !writes;
    if (hadFocus && !writes) (this.status.querySelector("button") || this.log).focus();
  }

  askToClear() {
    const keep = () => this.tell("");
    this.tell(this.texts.clearAsk, {
      label: this.texts.yes,
      action: () => {
        this.tell("");
        this.act.clear();
      },
    });
    this.status.append(make("button", { type: "button", class: "second", onclick: keep }, this.texts.no));
    this.status.querySelector("button").focus();
  }

  /** Keep the end in sight for whoever was looking at it. */
  following(change) {
    following(this.log, change);
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  fit() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 120)}px`;
  }
}
