// Lets a pointer drag things in a picture of another output: it asks the kernel for a light picture while things move,
// and for a sharp one when they rest. A picture that no longer shows what the controls say is dimmed.

const REST = 250; // milliseconds without a change

function initialize({ model }) {
  const name = CSS.escape(model.get("picture"));
  const style = document.head.appendChild(document.createElement("style"));
  let held = null; // number of the handle under the pointer
  let next = null; // message that waits for the answer to the one before
  let waiting = false;
  let timer = null;

  function dim(stale) {
    style.textContent = `#${name} i { cursor: crosshair; touch-action: none }
      #${name} img { transition: opacity 0.1s ${stale ? "0.15s" : "0s"}; opacity: ${stale ? 0.5 : 1} }`;
  }
  function send(message) {
    if (message.rest && next) return; // what waits is newer, and its answer asks again
    next = message;
    if (waiting) return;
    waiting = true;
    model.send(next);
    next = null;
  }
  function rest() {
    clearTimeout(timer);
    if (held === null) timer = setTimeout(() => send({ rest: true }), REST);
  }
  function move(event) {
    const box = document.querySelector(`#${name} img`).getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    clearTimeout(timer);
    dim(true);
    send({ handle: held, x, y });
  }
  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.(`#${name} i`);
    if (!handle) return;
    event.preventDefault();
    held = Number(handle.dataset.handle);
    move(event);
  });
  document.addEventListener("pointermove", (event) => held !== null && move(event));
  for (const ending of ["pointerup", "pointercancel"])
    document.addEventListener(ending, () => {
      if (held === null) return;
      held = null;
      rest();
    });
  model.on("msg:custom", (message, buffers) => {
    waiting = false;
    const image = document.querySelector(`#${name} img`);
    if (message.light && image) {
      const before = image.src;
      image.src = URL.createObjectURL(new Blob([buffers[0]], { type: "image/png" }));
      if (before.startsWith("blob:")) URL.revokeObjectURL(before);
      rest();
    }
    if (next) send(next);
    else dim(false);
  });
  for (const id of model.get("controls"))
    model.widget_manager.get_model(id).then((control) => {
      control.on("change:value change:index", () => dim(true));
      label(control);
    });
  dim(false);
  model.send({ ready: true });
}

async function label(control, tries = 20) {
  // What a slider is called stands beside it; a screen reader must hear it, too.
  for (const promise of Object.values(control.views ?? {}))
    for (const handle of (await promise).el.querySelectorAll(".noUi-handle"))
      handle.setAttribute("aria-label", control.get("description"));
  if (tries > 0) setTimeout(label, 500, control, tries - 1);
}

export default { initialize, render() {} };
