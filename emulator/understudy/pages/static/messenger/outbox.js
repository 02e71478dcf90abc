// What waits to be said: in order, not faster than the platform allows, and nothing lost when it says "too fast".

const PER_SECOND = 5; // messages of a session (documented limit of the platform)
const SECOND = 1050; // milliseconds, with a margin for what the network bunches

export class Outbox {
  /** `send(frame)` puts one on the wire and says whether it could. */
  constructor(send) {
    this.send = send;
    this.waiting = [];
    this.numbers = new WeakMap(); // frame → when it was said first: what comes back takes its old place
    this.count = 0;
    this.underWay = new Map(); // tracingId → frame: said, but not yet echoed
    this.moments = [];
    this.notBefore = 0;
    this.timer = 0;
    this.isOpen = false;
  }

  add(frame) {
    this.numbers.set(frame, (this.count += 1));
    this.waiting.push(frame);
    this.pump();
  }

  open() {
    this.isOpen = true;
    this.pump();
  }

  /** Nothing is sent until `open`. */
  close() {
    this.isOpen = false;
    clearTimeout(this.timer);
    this.timer = 0;
  }

  /** The platform has it. */
  settle(tracingId) {
    this.underWay.delete(tracingId);
  }

  /** Take back what was refused for good; returns the frame. */
  drop(tracingId) {
    const frame = this.underWay.get(tracingId);
    this.underWay.delete(tracingId);
    return frame;
  }

  /** Nothing for so many seconds; what was refused waits where it stood. Returns whether it is one of ours. */
  pause(seconds, tracingId) {
    this.notBefore = Math.max(this.notBefore, Date.now() + seconds * 1000);
    const frame = this.drop(tracingId);
    if (frame) this.putBack([frame]);
    this.pump();
    return Boolean(frame);
  }

  /** What was under way when the connection broke: said again unless `isKnown(frame)`. */
  again(isKnown) {
    const lost = Array.from(this.underWay.values()).filter((frame) => frame.message.type !== "Event" && !isKnown(frame));
    this.underWay.clear();
    this.putBack(lost);
  }

  putBack(frames) {
    const number = (frame) => this.numbers.get(frame);
    this.waiting = [...frames, ...this.waiting].sort((one, other) => number(one) - number(other));
  }

  /** Forget everything; returns the messages that were not echoed. */
  clear() {
    const forgotten = [...this.underWay.values(), ...this.waiting];
    this.waiting = [];
    this.underWay.clear();
    return forgotten.filter((frame) => frame.message.type !== "Event");
  }

  pump() {
    if (!this.isOpen || this.timer) return;
    while (this.waiting.length) {
      const wait = this.delay();
      if (wait > 0) {
        this.timer = setTimeout(() => {
          this.timer = 0;
          this.pump();
        }, wait);
        return;
      }
      const frame = this.waiting[0];
      if (!this.send(frame)) return;
      this.waiting.shift();
      this.moments.push(Date.now());
      this.underWay.set(frame.tracingId, frame);
    }
  }

  /** Milliseconds until the next one may go. */
  delay() {
    const now = Date.now();
    this.moments = this.moments.filter((moment) => now - moment < SECOND);
    const rate = this.moments.length < PER_SECOND ? 0 : this.moments[0] + SECOND - now;
    return Math.max(rate, this.notBefore - now, 0);
  }
}
