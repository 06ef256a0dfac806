import { byId, draw, make } from "./dom.js";

const SECONDS = 300;
const WIDTH = 600;
const HEIGHT = 120;
const TOP = 14;

/** Stacked areas of what each second had; the names are told apart by colour, by order and by the legend's numbers. */
export class Plot {
  #seconds = [];

  /**
   * @param {string} id of the element that it is drawn in
   * @param {string} caption id of what describes it
   * @param {Object} names from the bottom to the top, each with the number of its colour
   * @param {function(Object): Object} values of a second, by name
   */
  constructor(id, caption, names, values) {
    this.place = byId(id);
    this.caption = caption;
    this.names = Object.keys(names);
    this.colour = (name) => "f" + names[name];
    this.values = values;
    this.place.classList.add("plot");
  }

  add(second) {
    this.#seconds.push(this.values(second));
    if (this.#seconds.length > SECONDS) {
      this.#seconds.shift();
    }
  }

  show() {
    const count = this.#seconds.length;
    if (count === 0) {
      return;
    }
    const most = Math.max(1, ...this.#seconds.map((values) => this.names.reduce((sum, name) => sum + (values[name] ?? 0), 0)));
    const x = (at) => ((SECONDS - count + at) / (SECONDS - 1)) * WIDTH;
    const y = (value) => TOP + (1 - value / most) * (HEIGHT - TOP);
    const picture = draw("svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-labelledby": this.caption,
    });
    let below = this.#seconds.map(() => 0);
    this.names.forEach((name) => {
      const above = this.#seconds.map((values, at) => below[at] + (values[name] ?? 0));
      const up = above.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
      const down = below.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).reverse();
      picture.append(draw("polygon", { points: [...up, ...down].join(" "), class: this.colour(name) }));
      below = above;
    });
    const last = this.#seconds.at(-1);
    const legend = this.names.map((name) =>
      make("span", {},
        draw("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, draw("rect", { width: 10, height: 10, class: this.colour(name) })),
        `${name}: ${last[name] ?? 0}`));
    this.place.replaceChildren(picture, make("div", { class: "legend" }, ...legend, make("span", {}, `top of the plot: ${most}`)));
  }
}
