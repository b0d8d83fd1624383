// Reads and writes files beside the page. It is asked in JSON with bytes beside it and answers the same way, as often as
// it has something to say; see frontend/worker/src/entry.rs.
import init, { answer } from "{{module}}";

const ready = init();

addEventListener("message", async ({ data: { ask, bytes } }) => {
  try {
    await ready;
    answer(ask, bytes, (said, beside) => postMessage({ said, bytes: beside }, beside ? [beside.buffer] : []));
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
