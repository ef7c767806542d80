// An app whose service worker verifies.
window.answers = async (fixtures) => {
  const { serviceWorker } = navigator;
  await serviceWorker.register("/worker.js");
  const { active } = await serviceWorker.ready;
  return new Promise((resolve) => {
    serviceWorker.onmessage = ({ data }) => resolve(data);
    active.postMessage(fixtures);
  });
};
