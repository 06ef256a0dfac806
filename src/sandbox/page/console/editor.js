import { byId, make, post } from "./dom.js";

/**
 * The form, and the event that it stands for: each follows the other. An event that is no JSON stays as it is, and is sent as it is.
 */
export function editor(samples, onSent) {
  const fields = {
    sample: byId("sample"), id: byId("id"), name: byId("display-name"), entity: byId("base-entity"),
    follow: byId("follow"), query: byId("query"), event: byId("event"), keep: byId("keep-id"), sent: byId("sent"),
  };
  let sentIds = new Set();

  for (const sample of samples) {
    fields.sample.append(make("option", { value: sample.name }, sample.name.replace(".json", "")));
  }

  const current = () => {
    try {
      const event = JSON.parse(fields.event.value);
      return event !== null && typeof event === "object" && !Array.isArray(event) ? event : null;
    } catch {
      return null;
    }
  };

  const toForm = () => {
    const event = current();
    const data = event?.data ?? {};
    const isRequest = event?.type === "io.segmentrelay.segment.requested.v1";
    fields.id.value = event?.id ?? "";
    fields.name.value = data.displayName ?? "";
    fields.entity.value = data.baseEntity ?? "contact";
    fields.follow.value = data.follow ? data.follow.deliver ?? "changes" : "";
    fields.query.value = data.query ?? "";
    fields.id.disabled = event === null;
    fields.name.disabled = fields.entity.disabled = fields.query.disabled = !isRequest;
    fields.follow.disabled = !isRequest && event?.type !== "io.segmentrelay.members.requested.v1";
    check();
  };

  const toEvent = () => {
    const event = current();
    if (event === null) {
      return;
    }
    event.id = fields.id.value;
    const data = (event.data = event.data ?? {});
    if (!fields.name.disabled) {
      data.displayName = fields.name.value;
      if (fields.entity.value !== "contact" || "baseEntity" in data) {
        data.baseEntity = fields.entity.value;
      }
      if (fields.query.value !== "" || data.type !== "static") {
        data.query = fields.query.value;
      }
    }
    if (fields.follow.value === "") {
      delete data.follow;
    } else {
      data.follow = { until: "PT1H", ...data.follow, deliver: fields.follow.value };
    }
    fields.event.value = JSON.stringify(event, null, 2);
  };

  const fresh = () => {
    const event = current();
    if (event !== null && typeof event.id === "string") {
      event.id = event.id.replace(/-[^-]*$/, "") + "-" + Date.now().toString(36);
      fields.event.value = JSON.stringify(event, null, 2);
      toForm();
    }
  };

  const check = underline(fields.query, fields.entity, byId("query-marks"), byId("query-findings"));

  fields.sample.addEventListener("change", () => {
    const sample = samples.find((each) => each.name === fields.sample.value);
    fields.event.value = JSON.stringify(sample.event, null, 2);
    // A request is written anew; what concerns another one names that.
    if (sample.event.type === "io.segmentrelay.segment.requested.v1") {
      fresh();
    }
    toForm();
  });
  for (const field of [fields.id, fields.name, fields.entity, fields.follow, fields.query]) {
    field.addEventListener("input", () => {
      toEvent();
      if (field === fields.query || field === fields.entity) {
        check();
      }
    });
  }
  fields.event.addEventListener("input", toForm);
  byId("request-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const id = current()?.id;
    if (sentIds.has(id) && !fields.keep.checked) {
      fresh();
    }
    try {
      const place = await post("requests", fields.event.value);
      sentIds.add(current()?.id);
      fields.sent.textContent = `Written to ${place.topic}, offset ${place.offset}.`;
      fields.sent.className = "good";
      onSent(current());
    } catch (failure) {
      fields.sent.textContent = failure.message;
      fields.sent.className = "bad";
    }
  });

  fields.sample.value = samples[0].name;
  fields.sample.dispatchEvent(new Event("change"));
}

/** Underlines what looks wrong in a query while it is typed; the answer to an earlier text is dropped. */
function underline(query, entity, marks, list) {
  let asked = 0;
  let timer;
  const show = (text, findings) => {
    marks.replaceChildren();
    list.replaceChildren();
    let at = 0;
    for (const finding of findings) {
      const from = finding.position - 1;
      const to = from + lengthOf(text, from);
      if (from >= at) {
        marks.append(text.substring(at, from), make("mark", { class: finding.certain ? "certain" : false }, text.substring(from, to) || " "));
        at = to;
      }
      const go = () => {
        query.focus();
        query.setSelectionRange(from, to);
      };
      list.append(
        make("li", { class: finding.certain ? "certain" : false },
          make("button", { type: "button", onclick: go, "aria-label": `Go to position ${finding.position}` }, String(finding.position)),
          `${finding.message}. ${finding.suggestion}.`));
    }
    marks.append(text.substring(at));
    marks.scrollTop = query.scrollTop;
  };
  query.addEventListener("scroll", () => (marks.scrollTop = query.scrollTop));
  return () => {
    clearTimeout(timer);
    const text = query.value;
    if (text === "") {
      asked++;
      show("", []);
      return;
    }
    timer = setTimeout(async () => {
      const number = ++asked;
      try {
        const answer = await post("query-check", { query: text, baseEntity: entity.value });
        if (number === asked) {
          show(text, answer.findings);
        }
      } catch {
        // Nothing is underlined; the next key asks again.
      }
    }, 150);
  };
}

/** Where a finding ends: with its word, its text or its operator. */
function lengthOf(text, from) {
  const rest = text.substring(from);
  return Math.max(1, (rest.match(/^(\w+|"[^"]*"?|'[^']*'?|[=&|<>!]+|\S)/) ?? [""])[0].length);
}
