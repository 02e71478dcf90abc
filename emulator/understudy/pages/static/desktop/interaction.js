// One interaction as its agent sees it: read from the conversation's own form, never kept beside it.

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the agent can do about it: `alerting`, `talking`, `wrapup` or `over`. */
export function stateOf(conversation, user) {
  const mine = ownPart(conversation, user);
  if (!mine) return "over";
  const leg = legOf(mine);
  if (["alerting", "offering", "contacting", "dialing"].includes(leg.state)) return "alerting";
  if (["connected", "parked"].includes(leg.state)) return "talking";
  const isDone = leg.wrapup || mine.wrapupSkipped || mine.endAcwTime || !mine.wrapupRequired || !mine.connectedTime;
  return isDone ? "over" : "wrapup";
}

/** The participant that is the agent: the last one, for whoever comes back is a new one. */
export function ownPart(conversation, user) {
  return conversation.participants.findLast((one) => one.purpose === "agent" && one.userId === user && one.messages);
}

export function legOf(participant) {
  return (participant.messages || [])[0] || {};
}

export function customerOf(conversation) {
  return conversation.participants.find((one) => ["customer", "external"].includes(one.purpose)) || {};
}

/** A name for people to read: a guest who gave none has an id. */
export function nameOf(conversation) {
  const { name } = customerOf(conversation);
  return !name || UUID.test(name) ? `Guest ${(name || conversation.id).slice(0, 8)}` : name;
}

export function queueOf(conversation, user) {
  const queues = conversation.participants.filter((one) => one.queueName);
  return (ownPart(conversation, user) || {}).queueName || (queues.at(-1) || {}).queueName || "";
}

/** Ids of all messages, in the order of their time. */
export function messageIds(conversation) {
  const found = conversation.participants.flatMap((one) => (one.messages || []).flatMap((leg) => leg.messages || []));
  const times = new Map(found.map((one) => [one.messageId, one.messageTime || ""]));
  return [...times.keys()].sort((one, other) => times.get(one).localeCompare(times.get(other)));
}

export function isMessaging(conversation) {
  return conversation.participants.some((one) => one.messages);
}

/** Messages by their time; `messages` is a map by id. */
export function sorted(messages) {
  return [...messages.values()].sort((one, other) => (one.timestamp || "").localeCompare(other.timestamp || ""));
}
