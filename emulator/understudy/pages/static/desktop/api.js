// The public Platform API, with the person's own token.

const LAST_TRY = 2;

export class Api {
  /** `lost()`: the token is no good any more. */
  constructor(base, token, lost) {
    Object.assign(this, { base, token, lost });
  }

  get = (path) => this.call("GET", path);
  post = (path, body) => this.call("POST", path, body);
  put = (path, body) => this.call("PUT", path, body);
  patch = (path, body) => this.call("PATCH", path, body);
  remove = (path) => this.call("DELETE", path);

  /** The parsed body, null for none. Throws an error with `status` and the platform's message. */
  async call(method, path, body, tried = 1) {
    const headers = { Authorization: `Bearer ${this.token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${this.base}/api/v2${path}`, {
      method, headers, credentials: "omit", body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status === 429 && tried < LAST_TRY) {
      const seconds = Number(answer.headers.get("Retry-After")) || 1;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return this.call(method, path, body, tried + 1);
    }
    const parsed = parse(await answer.text());
    if (answer.ok) return parsed;
    if (answer.status === 401) this.lost();
    const error = new Error((parsed || {}).message || `${method} ${path}: ${answer.status}`);
    error.status = answer.status;
    throw error;
  }

  /** All items of a listing with pages. */
  async all(path) {
    const sign = path.includes("?") ? "&" : "?";
    const found = [];
    for (let page = 1, pages = 1; page <= pages; page += 1) {
      const body = await this.get(`${path}${sign}pageSize=100&pageNumber=${page}`);
      found.push(...(body.entities || []));
      pages = body.pageCount || 1;
    }
    return found;
  }
}

/** Whoever stands between may answer in something else than JSON. */
function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
