// Drawn, as the page's font of icons does not reach into a component. A person who is crossed out; an exclamation mark.
const NOBODY =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8" r="3.5"/><path d="M5 19c0-4 3-6 7-6s7 2 7 6z"/>' +
  '<path class="gap" d="M6 3l16 16"/><path class="line" d="M4 4l16 16"/></svg>'
const UNREADABLE = '<svg viewBox="0 0 24 24" aria-hidden="true"><path class="line" d="M12 5v9M12 18v1"/></svg>'

export default function ({ data, parentElement, setTriggerValue }) {
  const strip = parentElement.querySelector(".strip")
  strip.setAttribute("aria-label", data.label)
  strip.replaceChildren(
    ...data.photos.map(photo => {
      const button = document.createElement("button")
      button.type = "button"
      button.title = photo.alt
      button.setAttribute("aria-label", photo.alt)
      button.setAttribute("aria-current", String(photo.index === data.current))
      if (photo.source) {
        const image = document.createElement("img")
        image.src = photo.source
        image.alt = ""
        button.append(image)
      } else {
        button.textContent = String(photo.index + 1)
      }
      if (photo.nobody || !photo.source) {
        const mark = document.createElement("span")
        mark.className = "mark"
        mark.innerHTML = photo.nobody ? NOBODY : UNREADABLE
        button.append(mark)
      }
      button.onclick = () => setTriggerValue("choice", photo.index)
      return button
    }),
  )
}
