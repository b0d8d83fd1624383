// Sorts names beside the page: comparing by a language's rules a million times would hold up what is typed.
// It is sent names, one a line, and answers with their numbers in order.
addEventListener("message", ({ data: { names, language, options } }) => {
  const list = new TextDecoder().decode(names).split("\n");
  const { compare } = new Intl.Collator(language, options);
  const order = Uint32Array.from(list.keys()).sort((a, b) => compare(list[a], list[b]));
  postMessage(order, [order.buffer]);
});
