// What the desktop shows: the bar at the top, the list of interactions, and the one that is chosen.

import { make } from "../genesys-bootstrap/dom.js";
import { nameOf, queueOf, sorted } from "./interaction.js";
import { Pane } from "./pane.js";

const STATES = { alerting: "Waiting for you", talking: "Talking", wrapup: "Wrap-up", over: "Over" };
const ROUTING = {
  OFF_QUEUE: "Off queue", IDLE: "Idle", INTERACTING: "Interacting", COMMUNICATING: "Communicating",
  NOT_RESPONDING: "Not responding",
};
const TOLD = 8000; // milliseconds that a message at the foot stays

export class View {
  constructor(desk, signOut) {
    this.desk = desk;
    this.presence = make("select", { id: "presence", onchange: () => desk.setPresence(this.presence.value) },
      desk.presences.map((one) => make("option", { value: one.id }, labelOf(one))));
    this.queue = make("button", { type: "button", class: "switch", role: "switch", "aria-checked": "false",
      onclick: () => desk.setOnQueue(!desk.isOnQueue) }, make("span", { class: "knob", "aria-hidden": "true" }), "On queue");
    this.routing = make("span", { class: "routing" });
    this.live = make("span", { class: "live", role: "status" });
    this.list = make("ul", { class: "interactions" });
    this.none = make("p", { class: "empty" });
    this.pane = new Pane(desk);
    this.told = make("div", { class: "told", role: "alert" });
    this.announced = make("div", { class: "unseen", role: "status" });
    this.element = make("div", { class: "desk" }, this.bar(signOut),
      make("nav", { class: "side", "aria-label": "Interactions" }, make("h2", {}, "Interactions"), this.none, this.list),
      this.pane.element, this.told, this.announced);
    this.seen = new Set();
  }

  bar(signOut) {
    const { me, organization } = this.desk;
    return make("header", { class: "bar" },
      make("div", { class: "brand" }, make("h1", {}, "Agent desktop"), make("p", {}, organization.name)),
      make("div", { class: "presence" }, make("label", { for: "presence" }, "Presence"), this.presence),
      this.queue, this.routing, this.live,
      make("div", { class: "person" }, make("span", {}, me.name),
        make("button", { type: "button", onclick: signOut }, "Sign out")));
  }

  draw() {
    const { desk } = this;
    this.presence.value = desk.presence.id || "";
    this.queue.setAttribute("aria-checked", String(desk.isOnQueue));
    this.routing.textContent = ROUTING[desk.routing] || desk.routing;
    this.routing.dataset.status = desk.routing;
    this.live.textContent = desk.isLive ? "" : "No notifications: connecting …";
    const interactions = [...desk.interactions.entries()];
    this.none.hidden = interactions.length > 0;
    this.none.textContent = desk.isOnQueue ? "Nothing yet. What comes in appears here." : "You are off queue: nothing will come in.";
    const active = document.activeElement;
    const focused = this.list.contains(active) ? active.dataset.key : "";
    this.list.replaceChildren(...interactions.map(([id, one]) => this.item(id, one)));
    if (focused) {
      const again = this.list.querySelector(`[data-key="${CSS.escape(focused)}"]`) || this.list.querySelector("button");
      if (again) again.focus();
    }
    this.announce(interactions);
    this.pane.draw();
  }

  item(id, one) {
    const { desk } = this;
    const texts = sorted(one.messages).map((message) => (message.normalizedMessage || {}).text).filter(Boolean);
    const said = texts.at(-1) || "";
    const choose = make("button", { type: "button", class: "choose", "data-key": `choose-${id}`,
      "aria-current": id === desk.chosen ? "true" : null, onclick: () => desk.choose(id) },
      make("span", { class: "name", dir: "auto" }, nameOf(one.conversation)),
      make("span", { class: `state ${one.state}` }, STATES[one.state]),
      make("span", { class: "last", dir: "auto" }, said || queueOf(one.conversation, desk.me.id)));
    const answer = one.state !== "alerting" ? null : make("div", { class: "answer" },
      make("button", { type: "button", class: "main", "data-key": `accept-${id}`, onclick: () => desk.accept(id),
        "aria-label": `Accept ${nameOf(one.conversation)}` }, "Accept"),
      make("button", { type: "button", "data-key": `decline-${id}`, onclick: () => desk.decline(id),
        "aria-label": `Decline ${nameOf(one.conversation)}` }, "Decline"));
    return make("li", { class: one.state }, choose, answer);
  }

  /** Say aloud what has just come in. */
  announce(interactions) {
    for (const [id, one] of interactions) {
      if (one.state !== "alerting") this.seen.delete(id);
      else if (!this.seen.has(id)) {
        this.seen.add(id);
        this.announced.textContent = `${nameOf(one.conversation)} is waiting for you.`;
      }
    }
  }

  tell(text) {
    clearTimeout(this.timer);
    this.told.replaceChildren(make("p", {}, text));
    this.timer = setTimeout(() => this.told.replaceChildren(), TOLD);
  }
}

function labelOf(definition) {
  const labels = definition.languageLabels || {};
  return labels.en_US || labels.en || Object.values(labels)[0] || definition.systemPresence;
}
