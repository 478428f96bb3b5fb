// Makes elements. Text only ever becomes a text node: nothing of a document can become markup.
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const byId = (id) => document.getElementById(id);
const bdi = (text) => el("bdi", {}, text);

// Names and other words of documents, each kept to its own direction of writing, with something between them.
function listed(texts, between = ", ") {
  return texts.flatMap((text, number) => (number ? [between, bdi(text)] : [bdi(text)]));
}
