// Signing in at the emulator's login service: authorization code with PKCE (RFC 7636), or the implicit grant where the
// org's client has it. What this tab keeps lies in its session storage and goes with it.

const KEY = "understudy.desktop";

export const kept = {
  read: () => JSON.parse(sessionStorage.getItem(KEY) || "{}"),
  write: (values) => sessionStorage.setItem(KEY, JSON.stringify({ ...kept.read(), ...values })),
  clear: () => sessionStorage.removeItem(KEY),
};

/** Go to the login page of an org; `place`: {login, page}, `org`: {client, grant}. */
export async function signIn(place, org) {
  const state = random();
  const query = new URLSearchParams({ client_id: org.client, redirect_uri: place.page, state });
  if (org.grant === "TOKEN") {
    query.set("response_type", "token");
    kept.write({ org, state });
  } else {
    if (!crypto.subtle) throw new Error("This browser signs in over https, or at 127.0.0.1 and localhost, only.");
    const verifier = random();
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    query.set("response_type", "code");
    query.set("code_challenge", base64url(new Uint8Array(digest)));
    query.set("code_challenge_method", "S256");
    kept.write({ org, state, verifier });
  }
  location.assign(`${place.login}/oauth/authorize?${query}`);
}

/** The token that this tab has, or that the login page has just sent; "" where somebody must sign in first. */
export async function arrived(place) {
  const given = new URLSearchParams(location.search || location.hash.replace(/^#/, ""));
  const { org, state, verifier, token } = kept.read();
  if (!given.has("state") && !given.has("error")) return token || "";
  history.replaceState(null, "", location.pathname); // neither code nor token stays in the address
  if (given.get("error")) throw new Error(given.get("error_description") || given.get("error"));
  if (!org || given.get("state") !== state) throw new Error("This answer belongs to another sign-in: begin again.");
  const fresh = given.get("access_token") || (await exchange(place, org, given.get("code"), verifier));
  kept.write({ token: fresh, state: "", verifier: "" });
  return fresh;
}

export function signOut(place) {
  const { org } = kept.read();
  kept.clear();
  const query = new URLSearchParams({ client_id: org.client, redirect_uri: place.page });
  location.assign(`${place.login}/logout?${query}`);
}

async function exchange(place, org, code, verifier) {
  const form = { grant_type: "authorization_code", client_id: org.client, redirect_uri: place.page, code };
  const answer = await fetch(`${place.login}/oauth/token`, {
    method: "POST", credentials: "omit", body: new URLSearchParams({ ...form, code_verifier: verifier }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error_description || body.description || body.error || `${answer.status}`);
  return body.access_token;
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
