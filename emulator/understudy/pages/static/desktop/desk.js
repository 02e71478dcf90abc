// The agent's work: who is there, what has come in, and what is done about it. Nothing of it is drawn here.

import { kept } from "./login.js";
import { isMessaging, legOf, messageIds, ownPart, stateOf } from "./interaction.js";

const TYPING = 5000; // milliseconds; also how often the agent's own typing is told
const ON_QUEUE = "On Queue";

export class Desk {
  /** `draw()` is called whenever something is different; `told(text)` with what went wrong. */
  constructor(api, { draw, told }) {
    Object.assign(this, { api, draw, told });
    this.interactions = new Map(); // conversation id → {conversation, messages: Map, typing, codes}
    this.reading = new Map(); // conversation id → {again, done}
    this.chosen = "";
    this.isLive = false;
    this.typedAt = 0;
  }

  async begin() {
    const [me, organization, presences, queues] = await Promise.all([
      this.api.get("/users/me?expand=routingStatus,presence"),
      this.api.get("/organizations/me"),
      this.api.all("/presence/definitions"),
      this.api.all("/routing/queues"),
    ]);
    Object.assign(this, { me, organization, queues });
    this.presences = presences.filter((one) => !one.deactivated);
    this.presence = (me.presence || {}).presenceDefinition || {};
    this.routing = (me.routingStatus || {}).status || "OFF_QUEUE";
    await this.lookAround();
  }

  get topics() {
    const user = `v2.users.${this.me.id}`;
    return ["conversations", "conversations.inbound.typing.event", "presence", "routingStatus"].map((one) => `${user}.${one}`);
  }

  get isOnQueue() {
    return this.routing !== "OFF_QUEUE";
  }

  get current() {
    return this.interactions.get(this.chosen);
  }

  /** All that is there now: after a start, and after the channel was broken. */
  async lookAround() {
    const live = (await this.api.get("/conversations/messages")).entities.map((one) => one.id);
    const known = kept.read().interactions || [];
    for (const id of new Set([...known, ...live])) await this.refresh(id);
    this.draw();
  }

  heard(topic, body) {
    if (topic.endsWith(".presence")) this.presence = body.presenceDefinition || this.presence;
    else if (topic.endsWith(".routingstatus")) this.routing = (body.routingStatus || body).status || this.routing;
    else if (topic.endsWith(".typing.event")) this.customerTypes(body.conversationId);
    else if (topic.endsWith(".conversations")) this.refresh(body.id);
    this.draw();
  }

  /** Read a conversation; what is asked for while it is read is read once more after it. */
  async refresh(id) {
    const under = this.reading.get(id);
    if (under) {
      under.again = true;
      return under.done;
    }
    const reading = { again: true, done: null };
    this.reading.set(id, reading);
    reading.done = (async () => {
      try {
        while (reading.again) {
          reading.again = false;
          await this.read(id);
        }
      } finally {
        this.reading.delete(id);
      }
    })();
    return reading.done;
  }

  /** The conversation, and the messages of it that are not known yet. */
  async read(id) {
    const one = this.interactions.get(id) || { messages: new Map(), typing: 0, codes: null };
    try {
      const conversation = await this.api.get(`/conversations/${id}`);
      if (!isMessaging(conversation)) return;
      const state = stateOf(conversation, this.me.id);
      if (state === "over" && !one.conversation) return;
      if (state !== "alerting" && (await this.readMessages(conversation, one.messages))) one.typing = 0;
      if (state === "wrapup" && !one.codes) one.codes = await this.codesFor(conversation);
      this.interactions.set(id, Object.assign(one, { conversation, state, status: statusesOf(conversation) }));
    } catch (error) {
      if (![403, 404].includes(error.status)) this.told(error.message);
      if (error.status) this.interactions.delete(id);
    }
    this.keep();
    this.draw();
  }

  /** Whether the customer has written any of them. */
  async readMessages(conversation, messages) {
    const missing = messageIds(conversation).filter((id) => !messages.has(id));
    if (!missing.length) return false;
    const found = (await this.api.post(`/conversations/messages/${conversation.id}/messages/bulk`, missing)).entities || [];
    for (const one of found) messages.set(one.id, one);
    return found.some((one) => one.direction === "inbound");
  }

  codesFor(conversation) {
    const mine = ownPart(conversation, this.me.id);
    return this.api.get(`/conversations/messages/${conversation.id}/participants/${mine.id}/wrapupcodes`);
  }

  customerTypes(id) {
    const one = this.interactions.get(id);
    if (!one) return;
    one.typing = Date.now() + TYPING;
    setTimeout(() => this.draw(), TYPING + 50);
  }

  choose(id) {
    this.chosen = id;
    this.draw();
  }

  /** What the agent does; an error is told and changes nothing. */
  async act(action) {
    try {
      await action();
      return true;
    } catch (error) {
      this.told(error.message);
      return false;
    } finally {
      this.draw();
    }
  }

  setPresence(definition) {
    return this.act(async () => {
      const path = `/users/${this.me.id}/presences/purecloud`;
      const found = await this.api.patch(path, { presenceDefinition: { id: definition } });
      this.presence = found.presenceDefinition;
    });
  }

  setOnQueue(wanted) {
    const plain = (name) => name.replace(/[ _]/g, "").toLowerCase();
    const name = wanted ? ON_QUEUE : "Available";
    const found = this.presences.find((one) => plain(one.systemPresence) === plain(name));
    if (!found) this.told(`The organization has no presence ${name}.`);
    return found ? this.setPresence(found.id) : this.draw();
  }

  accept(id) {
    this.chosen = id;
    return this.act(async () => {
      await this.patchOwn(id, { state: "connected" });
      await this.refresh(id);
    });
  }

  decline(id) {
    return this.act(() => this.patchOwn(id, { state: "disconnected" }));
  }

  leave(id) {
    return this.act(async () => {
      await this.patchOwn(id, { state: "disconnected" });
      await this.refresh(id);
    });
  }

  say(id, textBody, replies) {
    const content = replies.map((text) => ({ contentType: "QuickReply", quickReply: { text, payload: text } }));
    return this.act(async () => {
      await this.api.post(`${this.communication(id)}/messages`, content.length ? { textBody, content } : { textBody });
      await this.refresh(id);
    });
  }

  types(id) {
    const now = Date.now();
    if (now - this.typedAt < TYPING) return;
    this.typedAt = now;
    this.api.post(`${this.communication(id)}/typing`, { typing: { type: "On", duration: TYPING } }).catch(() => {});
  }

  transfer(id, queueId) {
    return this.act(async () => {
      const mine = ownPart(this.interactions.get(id).conversation, this.me.id);
      const path = `/conversations/messages/${id}/participants/${mine.id}/replace`;
      await this.api.post(path, { queueId, transferType: "Unattended" });
      await this.refresh(id);
    });
  }

  wrapUp(id, code, notes) {
    return this.act(async () => {
      const mine = ownPart(this.interactions.get(id).conversation, this.me.id);
      const path = `/conversations/messages/${id}/participants/${mine.id}/communications/${legOf(mine).id}/wrapup`;
      await this.api.post(path, { code, notes });
      await this.refresh(id);
    });
  }

  /** Put an interaction away that is over. */
  dismiss(id) {
    this.interactions.delete(id);
    if (this.chosen === id) this.chosen = "";
    this.keep();
    this.draw();
  }

  patchOwn(id, body) {
    const mine = ownPart(this.interactions.get(id).conversation, this.me.id);
    return this.api.patch(`/conversations/messages/${id}/participants/${mine.id}`, body);
  }

  communication(id) {
    const mine = ownPart(this.interactions.get(id).conversation, this.me.id);
    return `/conversations/messages/${id}/communications/${legOf(mine).id}`;
  }

  keep() {
    kept.write({ interactions: [...this.interactions.keys()] });
  }
}

/** Message id → what became of it. */
function statusesOf(conversation) {
  const details = conversation.participants.flatMap((one) => (one.messages || []).flatMap((leg) => leg.messages || []));
  return new Map(details.map((one) => [one.messageId, one.messageStatus || ""]));
}
