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
      button.onclick = () => setTriggerValue("choice", photo.index)
      return button
    }),
  )
}
