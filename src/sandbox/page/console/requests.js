/** What became of each request, told from the records and the calls alone. */

const KEPT_RECORDS = 200;
const KEPT_STEPS = 400;

/** All requests, in the order in which they were seen first. */
export class Requests {
  all = new Map();
  #bySegment = new Map();

  /** A record was seen; gives back what it belongs to, if to any. */
  record(record) {
    const data = typeof record.data === "object" && record.data !== null ? record.data : {};
    const isAsked = record.topic === "segment-requests";
    const source = isAsked ? record.attributes.source : data.requestSource;
    const id = isAsked ? record.attributes.id : data.requestId;
    if (id === undefined) {
      return undefined;
    }
    const request = this.#of(source ?? "", id);
    request.records.push(record);
    if (request.records.length > KEPT_RECORDS) {
      request.records.shift();
    }
    if (isAsked) {
      request.name = data.displayName ?? request.name;
      request.entity = data.baseEntity ?? request.entity;
    }
    const makes = record.attributes.type === "io.segmentrelay.segment.requested.v1" || !isAsked;
    this.#segment(request, (makes ? record.segmentId : undefined) ?? data.segmentId);
    request.take(record, data);
    return request;
  }

  /** A call was seen; gives back what it belongs to. */
  call(call) {
    const requests = new Set(call.ids.map((id) => this.#bySegment.get(id)).filter(Boolean));
    requests.forEach((request) => request.called(call));
    return requests;
  }

  #of(source, id) {
    const key = source + "\n" + id;
    if (!this.all.has(key)) {
      this.all.set(key, new Request(key, source, id));
    }
    return this.all.get(key);
  }

  #segment(request, segmentId) {
    if (segmentId !== undefined && !request.segmentId) {
      request.segmentId = segmentId;
      // Who made it is called for it; who asks for its members, only where that is not known here.
      if (!this.#bySegment.has(segmentId)) {
        this.#bySegment.set(segmentId, request);
      }
    }
  }
}

class Request {
  name = "";
  entity = "contact";
  segmentId = "";
  state = "asked for";
  tone = "wait";
  steps = [];
  records = [];
  members = [];
  #reading = new Map();

  constructor(key, source, id) {
    this.key = key;
    this.source = source;
    this.id = id;
  }

  /** A call of Dynamics for it. Equal ones in a row are one step. */
  called(call) {
    const status = call.status === 0 ? "no answer" : String(call.status);
    const last = this.steps.at(-1);
    const same = call.operation + " " + status;
    if (last?.same === same) {
      last.times++;
      last.at = call.at;
      last.text = `${call.operation}: ${status}, ${last.times} times`;
    } else {
      const good = call.status >= 200 && call.status < 300;
      this.#step(call.at, `${call.operation}: ${status}, ${call.millis} ms`, good ? "" : "warn", same);
    }
    if (this.tone === "wait") {
      this.state = call.operation;
    }
  }

  take(record, data) {
    const type = (record.attributes.type ?? "").replace("io.segmentrelay.", "").replace(/\.v1$/, "");
    this.name = data.displayName ?? this.name;
    this.entity = data.baseEntity ?? this.entity;
    switch (type) {
      case "segment.requested": case "members.requested": case "follow.ended-requested": case "segment.retire-requested":
        this.#step(record.at, `${type} written to ${record.topic}`, "", "");
        break;
      case "segment.pending":
        this.#step(record.at, `handed over at ${data.step}`, "", "");
        break;
      case "segment.followed":
        this.#step(record.at, `its follow is handed over: ${data.stage}`, "", "");
        break;
      case "segment.ready":
        this.#page(record, data, "ready", (members) => members);
        break;
      case "segment.changed":
        this.#page(record, data, "changed", (_, joined, left) => apply(this.members, joined, left));
        break;
      case "segment.failed":
        this.state = data.code;
        this.tone = "bad";
        this.#step(record.at, `failed at ${data.step}: ${data.message}`, "bad", "");
        break;
      case "segment.ended":
        this.#step(record.at, `its follow has ended: ${data.reason}`, "", "");
        this.state = data.reason;
        break;
      case "segment.retired":
        this.#step(record.at, "retired", "", "");
        this.state = "retired";
        this.tone = "good";
        break;
      default:
        this.#step(record.at, `${type || "a record"} in ${record.topic}`, "", "");
    }
    for (const warning of data.warnings ?? []) {
      this.#step(record.at, `warning: ${warning}`, "warn", "warning " + warning);
    }
  }

  /** A page; when all of an answer are there, the members are what they say. Repeats count once. */
  #page(record, data, what, members) {
    const key = `${what} ${data.revision ?? 0} ${data.snapshotId}`;
    const pages = this.#reading.get(key) ?? new Map();
    const known = pages.has(data.page);
    pages.set(data.page, data);
    this.#reading.set(key, pages);
    const revision = data.revision ? `, revision ${data.revision}` : "";
    this.#step(record.at, `${what}: page ${data.page} of ${data.pageCount}${revision}${known ? ", again" : ""}`, "good", "");
    if (!known && pages.size === data.pageCount) {
      const all = [...pages.values()].sort((one, other) => one.page - other.page);
      const of = (list) => all.flatMap((page) => page[list] ?? []);
      this.members = members(of("members"), of("joined"), of("left"));
      this.tone = "good";
      this.state = `${data.memberCount.toLocaleString("en")} members${revision}`;
      all.forEach((page) => pages.set(page.page, {})); // what it says is kept in the members
    }
  }

  #step(at, text, tone, same) {
    this.steps.push({ at, text, tone, same, times: 1 });
    if (this.steps.length > KEPT_STEPS) {
      this.steps.shift();
    }
  }
}

function apply(members, joined, left) {
  const gone = new Set(left);
  return [...members.filter((id) => !gone.has(id)), ...joined].sort();
}
