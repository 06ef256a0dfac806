/** Elements, made without a word of HTML: what comes from outside is text, never markup. */

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element.
 * @param {string} name its tag
 * @param {Object} attributes its attributes; `on…` are listeners, what is undefined or false is left out
 * @param {...(Node|string)} children what is in it
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  assign(element, attributes);
  element.append(...children);
  return element;
}

/** The same for a drawing. */
export function draw(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  assign(element, attributes);
  element.append(...children);
  return element;
}

function assign(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.substring(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
}

/** The time of day, with tenths of a second. */
export function clock(at) {
  const date = new Date(at);
  return date.toLocaleTimeString("en-GB") + "." + Math.floor(date.getMilliseconds() / 100);
}

/** Asks the console for something; fails with a text for people. */
export async function post(path, body) {
  const answer = await fetch("/console/" + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) {
    throw new Error(said.problem);
  }
  return said;
}
