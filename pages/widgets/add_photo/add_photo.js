// Ctrl+V anywhere on the page, a button that reads the clipboard, and dropping files anywhere on the page.

// Half of what one message to the server may hold; base64 makes it a third larger.
const LARGEST_MESSAGE_BYTES = 100_000_000
const listening = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const button = parentElement.querySelector("button")
  const problem = parentElement.querySelector(".problem")
  const drop = parentElement.querySelector(".drop")

  button.hidden = !data.button
  button.textContent = data.button
  parentElement.querySelector(".hint").textContent = data.hint
  drop.textContent = data.drop

  const send = async (files, named) => {
    problem.textContent = ""
    if (files.reduce((sum, file) => sum + file.size, 0) > LARGEST_MESSAGE_BYTES) {
      problem.textContent = data.tooLarge
      return
    }
    try {
      const photos = await Promise.all(
        files.map(async file => ({ name: named ? file.name : "", content: await base64(file) })),
      )
      setTriggerValue("photos", photos)
    } catch {
      problem.textContent = data.unreadable // a folder, or a file that has gone
    }
  }
  button.onclick = async () => {
    const pictures = await picturesInClipboard().catch(() => null)
    if (pictures?.length) await send(pictures, false)
    else problem.textContent = pictures ? data.nothing : data.refused
  }

  listening.get(parentElement)?.abort()
  const abort = new AbortController()
  listening.set(parentElement, abort)
  const options = { signal: abort.signal }

  window.addEventListener(
    "paste",
    event => {
      const pictures = [...(event.clipboardData?.files ?? [])].filter(file => file.type.startsWith("image/"))
      if (!pictures.length) return
      event.preventDefault()
      send(pictures, false)
    },
    options,
  )
  const carriesFiles = event => event.dataTransfer?.types.includes("Files")
  // The upload field takes what is dropped on it by itself.
  const onUploadField = event => event.target.closest?.('[data-testid="stFileUploader"]')
  window.addEventListener(
    "dragover",
    event => {
      drop.hidden = !carriesFiles(event) || Boolean(onUploadField(event))
      if (!drop.hidden) event.preventDefault()
    },
    options,
  )
  window.addEventListener(
    "dragleave",
    event => {
      if (event.relatedTarget === null) drop.hidden = true
    },
    options,
  )
  window.addEventListener(
    "drop",
    event => {
      drop.hidden = true
      if (!carriesFiles(event) || onUploadField(event)) return
      event.preventDefault()
      const field = document.querySelector('[data-testid="stFileUploader"] input[type="file"]')
      if (field) {
        // The upload field sends files of any size by itself.
        field.files = event.dataTransfer.files
        field.dispatchEvent(new Event("change", { bubbles: true }))
      } else send([...event.dataTransfer.files], true)
    },
    options,
  )
  return () => abort.abort()
}

async function picturesInClipboard() {
  const items = await navigator.clipboard.read()
  const pictures = []
  for (const item of items) {
    const type = item.types.find(each => each.startsWith("image/"))
    if (type) pictures.push(await item.getType(type))
  }
  return pictures
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] ?? "")
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
