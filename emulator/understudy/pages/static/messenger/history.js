// What was said before: pages of the guest's history, newest first, read with a token that the socket gives out.

const PAGE = 25; // the platform's default
const PER_MINUTE = 9; // ten are allowed

export class History {
  constructor(session, api) {
    Object.assign(this, { session, api });
    this.start();
  }

  /** Begin again with the newest page. */
  start() {
    this.begun = {}; // another object each time: what was asked before it is of no use
    this.page = 0;
    this.pages = 1;
    this.asked = this.asked || [];
  }

  get hasMore() {
    return this.page < this.pages;
  }

  /** The next page, or null where it can't be had now. */
  async next() {
    const now = Date.now();
    this.asked = this.asked.filter((moment) => now - moment < 60_000);
    if (this.asked.length >= PER_MINUTE) return null;
    this.asked.push(now);
    const { begun } = this;
    const token = await this.token();
    if (!token) return null;
    const query = `pageNumber=${this.page + 1}&pageSize=${PAGE}`;
    const answer = await fetch(`${this.api}/api/v2/webmessaging/messages?${query}`, {
      headers: { Authorization: `bearer ${token}` }, credentials: "omit",
    }).catch(() => null);
    if (!answer || !answer.ok) return null;
    const found = await answer.json().catch(() => null);
    if (!found || begun !== this.begun) return null;
    this.page += 1;
    this.pages = found.pageCount || Math.ceil((found.total || 0) / PAGE);
    return found.entities || [];
  }

  token() {
    return new Promise((resolve) => {
      const answered = ({ kind, body }) => resolve(kind === "JwtResponse" ? body.jwt : "");
      if (!this.session.ask({ action: "getJwt" }, answered)) resolve("");
    });
  }
}
