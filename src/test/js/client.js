// The CloudEvents SDK for JavaScript as a sender and a receiver.
//
//   node client.js send URL binary|structured|batch < EVENTS   posts a JSON array of events, prints the answers' status
//   node client.js receive                                      prints its port, then each event as a line of JSON
import { createServer } from "node:http";
import { CloudEvent, HTTP } from "cloudevents";

const [command, url, mode] = process.argv.slice(2);

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function send() {
  const events = JSON.parse(await read(process.stdin)).map((event) => new CloudEvent(event));
  const messages =
    mode === "batch"
      ? [{ headers: { "content-type": HTTP_BATCH }, body: JSON.stringify(events) }]
      : events.map((event) => (mode === "binary" ? HTTP.binary(event) : HTTP.structured(event)));
  for (const { headers, body } of messages) {
    const answer = await fetch(url, { method: "POST", headers, body });
    console.log(answer.status, await answer.text());
  }
}

const HTTP_BATCH = "application/cloudevents-batch+json";

function receive() {
  const server = createServer(async (request, response) => {
    const body = await read(request);
    const received = HTTP.toEvent({ headers: request.headers, body });
    for (const event of [received].flat()) console.log(JSON.stringify(event));
    response.writeHead(202).end();
  });
  server.listen(0, "127.0.0.1", () => console.log(server.address().port));
}

await (command === "send" ? send() : receive());
