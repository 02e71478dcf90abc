// What a page may say to the messenger, and what it may hear. Assumed: this subset, and that a late subscriber of
// Messenger.ready is told at once.

export class Commands {
  /** `actions`: name → function of the data that the page gives. */
  constructor(actions) {
    this.actions = new Map(Object.entries(actions));
    this.subscribers = new Map(); // event → functions
    this.isReady = false;
  }

  /** `command("command" | "subscribe", name, data?, done?, failed?)`, as the snippet's function gets it. */
  carryOut(kind, name, ...rest) {
    if (kind === "subscribe") {
      this.subscribe(name, rest[0]);
      return;
    }
    const data = typeof rest[0] === "function" ? {} : rest.shift() || {};
    const [done, failed] = rest;
    const action = kind === "command" ? this.actions.get(name) : null;
    if (action) {
      action(data);
      if (done) done();
    } else if (failed) {
      failed(new Error(`${kind} ${name} is not known`));
    } else {
      console.warn(`Genesys: ${kind} ${name} is not known to this messenger`);
    }
  }

  subscribe(event, heard) {
    if (typeof heard !== "function") return;
    this.subscribers.set(event, [...(this.subscribers.get(event) || []), heard]);
    if (event === "Messenger.ready" && this.isReady) heard({ event });
  }

  publish(event) {
    if (event === "Messenger.ready") this.isReady = true;
    for (const heard of this.subscribers.get(event) || []) {
      try {
        heard({ event });
      } catch (error) {
        console.error(error); // the page's own mistake is not ours
      }
    }
  }
}
