// Elements, made without markup: whatever somebody wrote stays text.

/** `make("button", {class: "send", onclick: f, "aria-label": "Send"}, "text", child, …)`; null values are left out. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const SHAPES = {
  chat: "M4 5h16v11H9l-5 4z",
  down: "M5 9l7 7 7-7",
  send: "M4 12l16-8-6 16-3-6z",
  clip: "M8 12l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
};

/** A drawing that says nothing to a screen reader. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** The hour and minute of a time. */
export function clock(time) {
  const at = new Date(time);
  const shown = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return make("time", { datetime: at.toISOString() }, shown);
}

/** A field for a text that Enter sends, and Shift with Enter breaks into lines. */
export function textField(properties, send) {
  const field = make("textarea", { dir: "auto", ...properties });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  return field;
}

/** Change what scrolls, and keep its end in sight for whoever was looking at it. */
export function following(log, change) {
  const { scrollHeight, scrollTop, clientHeight } = log;
  const was = scrollHeight - scrollTop - clientHeight < 80;
  change();
  if (was) log.scrollTop = log.scrollHeight;
}

/** Text with its web addresses as links. */
export function linked(text) {
  return String(text).split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/).map((part, i) => (i % 2 ? link(part, part) : part));
}

/** A link to a web address; other schemes are no places: then the text alone. */
export function link(address, text, properties = {}) {
  if (!isWeb(address)) return make("span", {}, text);
  return make("a", { href: address, target: "_blank", rel: "noopener noreferrer", ...properties }, text);
}

export function isWeb(address) {
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}
