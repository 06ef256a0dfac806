import { byId, clock, make, post } from "./dom.js";
import { editor } from "./editor.js";
import { Plot } from "./plot.js";
import { Requests } from "./requests.js";

const SHOWN_MEMBERS = 50;
const SHOWN_IDS = 3;
const TABLE_SECONDS = 60;

const requests = new Requests();
const states = new Plot("states-plot", "states-caption",
  { draft: 1, "going live": 2, computing: 3, live: 4, stopped: 5, deleted: 6 }, (second) => second.states);
const calls = new Plot("calls-plot", "calls-caption", { answered: 4, throttled: 2, failed: 5 }, (second) => second.outcomes);
const seconds = [];
let chosen;
let follows = ""; // the id of what was sent last, until it is seen
let from = 0;
const changed = new Set();

/** What was seen is shown at the next frame, once for all that came till then. */
function touch(...what) {
  if (changed.size === 0) {
    requestAnimationFrame(() => {
      const now = new Set(changed);
      changed.clear();
      if (now.has("list")) {
        list();
      }
      if (now.has("detail") && chosen) {
        detail();
      }
      if (now.has("seconds")) {
        time();
      }
    });
  }
  what.forEach((each) => changed.add(each));
}

function take(message) {
  switch (message.kind) {
    case "record": {
      const request = requests.record(message);
      if (request && (chosen === undefined || request.id === follows)) {
        follows = "";
        choose(request);
      }
      touch("list", request === chosen ? "detail" : "list");
      break;
    }
    case "call":
      touch("list", requests.call(message).has(chosen) ? "detail" : "list");
      break;
    case "second":
      states.add(message);
      calls.add(message);
      seconds.push(message);
      if (seconds.length > TABLE_SECONDS) {
        seconds.shift();
      }
      touch("seconds");
      break;
  }
}

function choose(request) {
  chosen = request;
  from = 0;
  touch("list", "detail");
}

function list() {
  const place = byId("requests");
  byId("no-requests").hidden = requests.all.size > 0;
  const known = new Map([...place.children].map((item) => [item.dataset.key, item]));
  for (const request of requests.all.values()) {
    let item = known.get(request.key);
    if (!item) {
      const button = make("button", { type: "button", onclick: () => choose(request) },
        make("span", { class: "name" }), make("span", { class: "state" }));
      item = make("li", {}, button);
      item.dataset.key = request.key;
      place.prepend(item);
    }
    const [name, state] = item.firstChild.children;
    item.firstChild.setAttribute("aria-pressed", String(request === chosen));
    setText(name, request.name ? `${request.name} (${request.id})` : request.id);
    setText(state, request.state);
    state.className = "state " + request.tone;
  }
}

/** Leaves what is the same alone, so that nothing is read aloud twice. */
function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

function detail() {
  setText(byId("detail-title"), chosen.name || chosen.id);
  setText(byId("detail-state"), `${chosen.state}. Request ${chosen.id} of ${chosen.source}; segment ${chosen.segmentId || "not known yet"}`);
  byId("detail-state").className = chosen.tone;
  const steps = byId("steps");
  const atEnd = steps.scrollTop + steps.clientHeight >= steps.scrollHeight - 4;
  steps.replaceChildren(...chosen.steps.map((step) =>
    make("li", {}, make("time", { datetime: step.at }, clock(step.at)), make("span", { class: "what " + step.tone }, step.text))));
  if (atEnd) {
    steps.scrollTop = steps.scrollHeight;
  }
  void members();
  events();
}

let membersShown = "";

async function members() {
  const all = chosen.members;
  from = Math.min(from, Math.max(0, Math.floor((all.length - 1) / SHOWN_MEMBERS) * SHOWN_MEMBERS));
  const ids = all.slice(from, from + SHOWN_MEMBERS);
  byId("members-back").disabled = from === 0;
  byId("members-on").disabled = from + SHOWN_MEMBERS >= all.length;
  setText(byId("members-shown"), all.length === 0 ? "No members are known" :
    `${(from + 1).toLocaleString("en")} to ${(from + ids.length).toLocaleString("en")} of ${all.length.toLocaleString("en")}`);
  const shown = chosen.key + ids.join();
  if (shown === membersShown) {
    return;
  }
  membersShown = shown;
  const rows = ids.length === 0 ? [] : (await post("rows", { table: chosen.entity, ids })).rows;
  if (shown === membersShown) {
    byId("members").replaceChildren(...rows.map((row) =>
      make("tr", {},
        make("td", {}, row.name ?? "not a row of the simulator"),
        make("td", {}, [row.place, row.county].filter(Boolean).join(", ")),
        make("td", {}, row.country ?? ""),
        make("td", { class: "id" }, row.id))));
  }
}

/** Each record of the request, closed; those that were opened stay open. */
function events() {
  const place = byId("events");
  const key = (record) => `${record.topic} ${record.partition} ${record.offset}`;
  if (place.dataset.request !== chosen.key) {
    place.dataset.request = chosen.key;
    place.replaceChildren();
  }
  const known = new Set([...place.children].map((item) => item.dataset.key));
  const kept = new Set(chosen.records.map(key));
  [...place.children].filter((item) => !kept.has(item.dataset.key)).forEach((item) => item.remove());
  for (const record of chosen.records) {
    if (!known.has(key(record))) {
      const text = make("pre", { tabindex: "0" });
      const item = make("details", {
        ontoggle: () => {
          text.textContent = JSON.stringify({ ...record.attributes, data: record.data }, shortened, 2);
        },
      }, make("summary", {}, `${clock(record.at)} ${record.topic}: ${record.attributes.type ?? "not a CloudEvent"}`), text);
      item.dataset.key = key(record);
      place.append(item);
    }
  }
}

/** Of a list of members, the first ones. */
function shortened(name, value) {
  return ["members", "joined", "left"].includes(name) && Array.isArray(value) && value.length > SHOWN_IDS
    ? [...value.slice(0, SHOWN_IDS), `… and ${(value.length - SHOWN_IDS).toLocaleString("en")} more`]
    : value;
}

function time() {
  states.show();
  calls.show();
  const text = (counts) => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(", ") || "none";
  byId("seconds-rows").replaceChildren(...seconds.map((second) =>
    make("tr", {},
      make("td", {}, clock(second.at)), make("td", {}, text(second.states)),
      make("td", {}, text(second.operations)), make("td", {}, String(second.underWay)))).reverse());
  faults(seconds.at(-1).faults);
}

function faults(all) {
  const place = byId("faults");
  for (const fault of all) {
    let box = document.getElementById("fault-" + fault.name);
    if (!box) {
      box = make("input", { type: "checkbox", id: "fault-" + fault.name, onchange: () => turn(fault, box) });
      place.append(make("li", {}, make("label", {},
        box, make("strong", {}, fault.title),
        make("span", { class: "effect" }, fault.effect + " "), make("span", { class: "effect applied" }))));
      box.checked = fault.on;
    }
    if (document.activeElement !== box) {
      box.checked = fault.on; // switched by another page
    }
    setText(box.parentElement.querySelector(".applied"), fault.on && fault.applied > 0 ? `Met ${fault.applied} calls.` : "");
  }
}

async function turn(fault, box) {
  const status = byId("faults-status");
  try {
    faults((await post("faults", { name: fault.name, on: box.checked })).faults);
    status.textContent = `${fault.title}: ${box.checked ? "on" : "off"}.`;
  } catch (failure) {
    status.textContent = failure.message;
  }
}

function connect() {
  const feed = new EventSource("/console/feed");
  const connection = byId("connection");
  feed.onopen = () => setText(connection, "Connected.");
  feed.onerror = () => setText(connection, "The sandbox is away; trying again…");
  feed.onmessage = (message) => take(JSON.parse(message.data));
}

byId("members-back").addEventListener("click", () => {
  from -= SHOWN_MEMBERS;
  touch("detail");
});
byId("members-on").addEventListener("click", () => {
  from += SHOWN_MEMBERS;
  touch("detail");
});
editor(await (await fetch("/console/samples")).json(), (event) => {
  follows = event?.id ?? "";
});
connect();
