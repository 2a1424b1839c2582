// A frame as JPEG. In a worker where there is one: on the page itself browsers put encoding off until they have nothing
// better to do, which took longer than everything the server does.

const JPEG_QUALITY = 0.8

const WORKER = `
const canvas = new OffscreenCanvas(1, 1)
const context = canvas.getContext("2d", { alpha: false })
const encoded = async ({ picture, quality }) => {
  if (canvas.width !== picture.width || canvas.height !== picture.height)
    Object.assign(canvas, { width: picture.width, height: picture.height })
  context.drawImage(picture, 0, 0)
  picture.close()
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality })
  return blob.arrayBuffer()
}
// What goes wrong in an answer that is still to come, onerror is not told of.
onmessage = ({ data }) => encoded(data).then(jpeg => postMessage(jpeg, [jpeg]), () => postMessage(null))`

class Encoder {
  constructor() {
    this.canvas = null
    this.worker = null
    if (!window.Worker || !window.OffscreenCanvas || !window.createImageBitmap) return
    const address = URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" }))
    try {
      this.worker = new Worker(address)
      this.worker.onerror = () => this.giveUpWorker()
    } catch {
      this.worker = null // a policy forbids it: the page encodes by itself
    }
    URL.revokeObjectURL(address)
  }

  // One at a time. Null if it could not be encoded.
  async encode(video) {
    if (!this.worker) return this.encodeHere(video)
    const picture = await createImageBitmap(video)
    const jpeg = await this.encodeThere(picture)
    if (jpeg || this.stopped) return jpeg
    this.giveUpWorker() // it will not do better with the next one
    return this.encodeHere(video)
  }

  encodeThere(picture) {
    return new Promise(resolve => {
      if (!this.worker) return resolve(null) // given up just now
      this.resolve = resolve
      this.worker.onmessage = ({ data }) => resolve(data)
      this.worker.postMessage({ picture, quality: JPEG_QUALITY }, [picture])
    })
  }

  async encodeHere(video) {
    this.canvas ??= document.createElement("canvas")
    const { canvas } = this
    if (canvas.width !== video.videoWidth || canvas.height !== video.videoHeight)
      Object.assign(canvas, { width: video.videoWidth, height: video.videoHeight })
    canvas.getContext("2d", { alpha: false }).drawImage(video, 0, 0)
    const blob = await new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY))
    return blob && blob.arrayBuffer()
  }

  giveUpWorker() {
    this.worker?.terminate()
    this.worker = null
    this.resolve?.(null)
  }

  stop() {
    this.stopped = true
    this.giveUpWorker()
  }
}
