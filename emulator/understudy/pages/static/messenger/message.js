// One message as people see it: text, pictures and files, cards, and answers to choose from.

import { icon, isWeb, link, linked, make } from "./dom.js";

/** What is shown of a message; `choose(button)` is called with a button response: {type, text, payload}. */
export function rendered(message, texts, choose) {
  const own = message.direction === "Inbound";
  const parts = [];
  const text = own ? message.text || chosenText(message) : message.text;
  if (text) parts.push(bubble(linked(text)));
  for (const item of message.content || []) {
    const part = content(item, texts, choose);
    if (part) parts.push(part);
  }
  return parts;
}

/** The answers that a message offers: {text, payload, image}. */
export function repliesOf(message) {
  return (message.content || []).flatMap((item) => {
    if (item.contentType === "QuickReply" && item.quickReply) return [item.quickReply];
    if (item.contentType === "QuickReplyV2") return (item.quickReplyV2 || {}).actions || [];
    return [];
  });
}

/** The buttons below the last message. */
export function replyButtons(replies, texts, choose) {
  const buttons = replies.map((reply) => {
    const picture = isWeb(reply.image) ? make("img", { src: reply.image, alt: "" }) : null;
    const chosen = { type: "QuickReply", text: reply.text || "", payload: reply.payload || reply.text || "" };
    return make("li", {}, make("button", { type: "button", dir: "auto", onclick: () => choose(chosen) }, picture, chosen.text));
  });
  return make("ul", { class: "replies", "aria-label": texts.options }, buttons);
}

function content(item, texts, choose) {
  switch (item.contentType) {
    case "Attachment":
      return attachment(item.attachment || {});
    case "Card":
      return card(item.card || {}, choose);
    case "Carousel":
      return carousel((item.carousel || {}).cards || [], texts, choose);
    case "QuickReplyV2":
      return (item.quickReplyV2 || {}).title ? bubble(item.quickReplyV2.title) : null;
    case "Text":
      return (item.text || {}).body ? bubble(linked(item.text.body)) : null;
    default:
      return null; // quick replies stand below; what is unknown is ignored
  }
}

/** A text in its own direction, whichever way the page runs. */
function bubble(...content) {
  return make("p", { class: "bubble", dir: "auto" }, ...content);
}

function chosenText(message) {
  const found = (message.content || []).find((item) => item.contentType === "ButtonResponse");
  return found ? (found.buttonResponse || {}).text : "";
}

function attachment({ url, mime, mediaType, filename, text }) {
  const name = filename || text || (isWeb(url) ? new URL(url).pathname.split("/").pop() : "") || mediaType || "file";
  const isPicture = mediaType === "Image" || (mime || "").startsWith("image/");
  if (isPicture && isWeb(url)) {
    return link(url, make("img", { src: url, alt: name, loading: "lazy" }), { class: "picture" });
  }
  return make("p", { class: "bubble file" }, icon("clip"), isWeb(url) ? link(url, name, { dir: "auto" }) : make("bdi", {}, name));
}

function card({ title, description, image, defaultAction, actions }, choose) {
  const picture = isWeb(image) ? make("img", { src: image, alt: "", loading: "lazy" }) : null;
  const heading = make("h3", { dir: "auto" }, defaultAction && isWeb(defaultAction.url) ? link(defaultAction.url, title) : title || "");
  const buttons = (actions || []).map((action) => make("li", {}, cardAction(action, choose)));
  const words = make("div", { class: "words" }, heading, description ? make("p", { dir: "auto" }, description) : null);
  return make("article", { class: "card" }, picture, words, buttons.length ? make("ul", {}, buttons) : null);
}

function cardAction({ type, text, payload, url }, choose) {
  if (type === "Link") return link(url, text || url, { dir: "auto" });
  const chosen = { type: "Button", text: text || "", payload: payload || text || "" };
  return make("button", { type: "button", dir: "auto", onclick: () => choose(chosen) }, chosen.text);
}

function carousel(cards, texts, choose) {
  const items = cards.map((one) => make("li", {}, card(one, choose)));
  return make("ul", { class: "carousel", tabindex: "0", "aria-label": texts.cards }, items);
}
