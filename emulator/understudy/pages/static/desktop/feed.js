// A notification channel: its topics, its socket, and a new one when it breaks.

const WAITS = [1000, 2000, 5000, 10_000, 30_000]; // milliseconds between attempts
const PING = 30_000;

export class Feed {
  /** `heard(topic, body)`; `changed(isLive)` whenever the socket opens or breaks. */
  constructor(api, topics, { heard, changed }) {
    Object.assign(this, { api, topics, heard, changed });
    this.tries = 0;
    this.isWanted = true;
  }

  async open() {
    try {
      const channel = await this.api.post("/notifications/channels");
      await this.api.put(`/notifications/channels/${channel.id}/subscriptions`, this.topics.map((id) => ({ id })));
      if (this.isWanted) this.listen(channel.connectUri);
    } catch (error) {
      if (error.status !== 401) this.again();
    }
  }

  close() {
    this.isWanted = false;
    clearInterval(this.pinging);
    if (this.socket) this.socket.close(1000);
  }

  listen(address) {
    const socket = new WebSocket(address);
    this.socket = socket;
    socket.onopen = () => {
      this.tries = 0;
      this.pinging = setInterval(() => socket.send(JSON.stringify({ message: "ping" })), PING);
      this.changed(true);
    };
    socket.onmessage = (event) => {
      const { topicName, eventBody } = JSON.parse(event.data);
      if (!topicName.startsWith("channel.")) this.heard(topicName, eventBody);
    };
    socket.onclose = () => this.again();
  }

  again() {
    clearInterval(this.pinging);
    if (!this.isWanted) return;
    this.changed(false);
    setTimeout(() => this.isWanted && this.open(), WAITS[Math.min(this.tries, WAITS.length - 1)]);
    this.tries += 1;
  }
}
