// The results page asks every two seconds whether something changed, with the ETag of what it shows.

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 304) {
    event.detail.shouldSwap = false;
  } else if (new URL(xhr.responseURL).pathname !== requestConfig.path) {
    // Led elsewhere: the session has ended. The whole page goes to sign in, not a part of it.
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});
