// The agent's desktop: sign in, then work.

import { make } from "../genesys-bootstrap/dom.js";
import { Api } from "./api.js";
import { Desk } from "./desk.js";
import { Feed } from "./feed.js";
import { arrived, kept, signIn, signOut } from "./login.js";
import { View } from "./view.js";

const app = document.getElementById("app");
const { login, api, page, orgs, client } = document.body.dataset;
const place = { login, api, page };

begin();

async function begin() {
  let token = "";
  let problem = "";
  try {
    token = await arrived(place);
  } catch (error) {
    problem = error.message;
  }
  if (!token) {
    showSignIn(problem);
    return;
  }
  try {
    await work(token);
  } catch (error) {
    if (error.status === 401) return; // told already
    showSignIn(error.message);
  }
}

async function work(token) {
  let feed = null;
  const platform = new Api(place.api, token, () => {
    if (feed) feed.close();
    kept.clear();
    showSignIn("Your sign-in has ended. Sign in again.");
  });
  let view = null;
  const desk = new Desk(platform, { draw: () => view && view.draw(), told: (text) => view && view.tell(text) });
  await desk.begin();
  view = new View(desk, async () => {
    if (feed) feed.close();
    await platform.remove("/tokens/me").catch(() => {});
    signOut(place);
  });
  app.replaceChildren(view.element);
  view.draw();
  feed = new Feed(platform, desk.topics, {
    heard: (topic, body) => desk.heard(topic.toLowerCase(), body),
    changed: async (isLive) => {
      desk.isLive = isLive;
      if (isLive) await desk.lookAround();
      view.draw();
    },
  });
  await feed.open();
}

function showSignIn(problem) {
  const known = JSON.parse(orgs);
  const wanted = new URLSearchParams(location.search).get("org");
  const shown = wanted ? known.filter((one) => [one.org, one.name].includes(wanted)) : known;
  const alarm = problem ? make("p", { class: "problem", role: "alert" }, problem) : null;
  const buttons = shown.map((org, i) => {
    const go = () => signIn(place, org).catch((error) => showSignIn(error.message));
    return make("li", {}, make("button", { type: "button", class: i ? "" : "main", onclick: go }, `Sign in to ${org.name}`));
  });
  const choices = shown.length ? make("ul", { class: "choices" }, buttons) : noClient();
  app.replaceChildren(make("main", { class: "door" },
    make("p", { class: "kicker" }, "Understudy · emulated Genesys Cloud"),
    make("h1", {}, "Agent desktop"),
    alarm,
    make("p", {}, "Go on queue, accept, answer, transfer and wrap up: what an agent does, over the public Platform API."),
    choices));
}

/** What an org lacks, and the body that makes it. */
function noClient() {
  return make("div", {},
    make("p", { class: "problem" }, "No organization here has an OAuth client for this page."),
    make("p", {}, "Make one with ", make("code", {}, "POST /api/v2/oauth/clients"), ", or in the org file:"),
    make("pre", { tabindex: "0", "aria-label": "The client's body" }, client));
}
