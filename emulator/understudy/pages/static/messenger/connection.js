// One socket after the other to the same address: what is asked over it, and whether anybody is at its other end.

import { uuid } from "./settings.js";

const HEALTH = 60_000; // milliseconds between two echoes; two a minute are allowed

export class Connection {
  /** `opened()`, `heard(frame)`, and `lost(wasOpen)` when it breaks by itself. */
  constructor(address, { opened, heard, lost }) {
    Object.assign(this, { address, opened, heard, lost });
    this.socket = null;
    this.asked = new Map(); // tracingId → function of the answering frame
  }

  open() {
    this.close();
    const socket = new WebSocket(this.address);
    let wasOpen = false;
    this.socket = socket;
    socket.onopen = () => {
      wasOpen = true;
      this.opened();
    };
    socket.onmessage = (event) => socket === this.socket && this.receive(event.data);
    socket.onclose = () => socket === this.socket && this.broke(wasOpen);
  }

  get isOpen() {
    return Boolean(this.socket) && this.socket.readyState === WebSocket.OPEN;
  }

  receive(text) {
    this.isQuiet = false;
    let frame = null;
    try {
      frame = JSON.parse(text);
    } catch {
      return; // what is no frame says nothing
    }
    if (frame && typeof frame === "object") this.heard(frame);
  }

  broke(wasOpen) {
    this.close();
    this.lost(wasOpen);
  }

  /** Whoever still waits for an answer is told that none will come. */
  close() {
    clearInterval(this.health);
    this.health = 0;
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close(1000);
    const waiting = [...this.asked.values()];
    this.asked.clear();
    for (const answered of waiting) answered({ kind: "Closed", body: {} });
  }

  /** Whether the frame could be sent. */
  send(frame) {
    if (!this.isOpen) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Send what is answered with one frame, `Closed` if the connection breaks; whether it could be sent. */
  ask(frame, answered) {
    const tracingId = uuid();
    if (!this.send({ tracingId, ...frame })) return false;
    this.asked.set(tracingId, answered);
    return true;
  }

  /** Give a frame to whoever asked for it; whether somebody did. */
  answer(tracingId, frame) {
    const answered = this.asked.get(tracingId);
    if (!answered) return false;
    this.asked.delete(tracingId);
    answered(frame);
    return true;
  }

  /** From now on: who answers nothing from one echo to the next is gone, whatever the socket says. */
  watch(echo) {
    if (this.health) return;
    this.isQuiet = false;
    this.health = setInterval(() => {
      if (this.isQuiet) {
        this.broke(true);
      } else {
        this.isQuiet = true;
        this.ask(echo(), () => {});
      }
    }, HEALTH);
  }
}
