// The skeletons over the video, drawn as on the Image page: sides in their colours with a dark edge, what is hardly
// visible hollow and faint. Sizes as in core/view/overlay_figure.py.

const CASING = "rgba(10, 14, 20, 0.72)"
const LINE_OF_PICTURE = 1 / 190
const LINE_OF_PERSON = 1 / 60
const EYES = [2, 5]
const MOUTH = [9, 10]
const TRUNK_AND_LEGS = [11, 23, 25, 27]

function fitCanvas(canvas) {
  const dense = Math.min(window.devicePixelRatio || 1, 2)
  const width = Math.max(1, Math.round(canvas.clientWidth * dense))
  const height = Math.max(1, Math.round(canvas.clientHeight * dense))
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  return dense
}

class Overlay {
  constructor(canvas) {
    this.canvas = canvas
    this.context = canvas.getContext("2d")
    this.points = new Float32Array(LANDMARKS * 2)
  }

  configure(data, people) {
    this.data = data
    this.people = people
  }

  // Those shown have a skeleton and a tag, the others only a dot at the head, to be found and clicked.
  draw(landmarks, frame, share, shown) {
    const { canvas, context, data } = this
    const dense = fitCanvas(canvas)
    context.clearRect(0, 0, canvas.width, canvas.height)
    const heads = []
    let drawn = 0
    for (let person = 0; person < landmarks.people; person++) {
      if (!landmarks.points(landmarks.image, 2, frame, share, person, this.points)) continue
      const x = (landmarks.pxPerUnit * canvas.width) / data.width
      const y = (landmarks.pxPerUnit * canvas.height) / data.height
      for (let i = 0; i < LANDMARKS; i++) {
        this.points[2 * i] *= x
        this.points[2 * i + 1] *= y
      }
      heads.push({ person, ...this.head(), tagged: shown.includes(person) })
      if (!shown.includes(person)) continue
      this.drawPerson(landmarks, frame, person, dense)
      drawn++
    }
    if (this.people.areNamed(landmarks)) this.drawNames(heads, dense)
    canvas.dataset.frame = frame
    canvas.dataset.people = drawn
  }

  // The middle of a head, and the crown: no landmark lies above the eyes.
  head() {
    const { points } = this
    const mean = (axis, indices) => indices.reduce((sum, index) => sum + points[2 * index + axis], 0) / indices.length
    const eyes = mean(1, EYES)
    const top = Math.min(...HEAD.map(index => points[2 * index + 1]), eyes + 2.2 * (eyes - mean(1, MOUTH)))
    return { x: mean(0, HEAD), y: mean(1, HEAD), top }
  }

  // Tags over everything else, so that no skeleton hides one.
  drawNames(heads, dense) {
    const { canvas, context, people } = this
    for (const { person, x, y } of heads.filter(head => !head.tagged)) {
      context.globalAlpha = 0.85
      people.drawDot(context, x, y, 5 * dense, person, dense)
    }
    for (const { person, x, top } of heads.filter(head => head.tagged))
      people.drawTag(canvas, context, x, top - 4 * dense, person, dense)
  }

  drawPerson(landmarks, frame, person, dense) {
    const { context, data, points } = this
    const { skeleton, style } = data
    const classic = style.colours === "classic"
    const line = this.lineWidth(dense) * style.line_scale
    const edge = Math.max(0.3 * line, 0.8 * dense)
    const solid = index => landmarks.seen(frame, person, index) >= style.min_visibility
    const hidden = style.low_visibility === "hidden"
    const known = index => points[2 * index] === points[2 * index]
    const bones = skeleton.bones
      .map(([a, b], index) => ({ a, b, side: skeleton.boneSides[index], solid: solid(a) && solid(b) }))
      .filter(bone => known(bone.a) && known(bone.b) && (bone.solid || !hidden))
    context.lineCap = "round"
    for (const casing of [true, false])
      for (const bone of bones) {
        const width = line * Math.min(skeleton.sizes[bone.a], skeleton.sizes[bone.b]) * (bone.solid ? 1 : 0.7)
        context.globalAlpha = bone.solid ? 1 : 0.4
        context.strokeStyle = casing ? CASING : classic ? skeleton.classic.line : skeleton.colours[bone.side]
        context.lineWidth = casing ? width + 2 * edge : width
        context.beginPath()
        context.moveTo(points[2 * bone.a], points[2 * bone.a + 1])
        context.lineTo(points[2 * bone.b], points[2 * bone.b + 1])
        context.stroke()
      }
    for (let index = 0; index < LANDMARKS; index++) {
      const filled = solid(index)
      if (!known(index) || (!filled && hidden)) continue
      const colour = classic ? skeleton.classic.point : skeleton.colours[skeleton.sides[index]]
      const radius = Math.max(line * 1.3 * skeleton.sizes[index], dense)
      context.globalAlpha = 1
      context.beginPath()
      context.arc(points[2 * index], points[2 * index + 1], radius, 0, 2 * Math.PI)
      context.lineWidth = filled ? 2 * edge : 0.5 * line + 2 * edge
      context.strokeStyle = CASING
      context.stroke()
      if (filled) {
        context.fillStyle = colour
        context.fill()
      } else {
        context.lineWidth = 0.5 * line
        context.strokeStyle = colour
        context.stroke()
      }
    }
  }

  // Suits the picture, but is never too wide for somebody small.
  lineWidth(dense) {
    const { canvas, points } = this
    let height = 0
    for (let i = 1; i < TRUNK_AND_LEGS.length; i++) {
      const [a, b] = [TRUNK_AND_LEGS[i - 1], TRUNK_AND_LEGS[i]]
      height += Math.hypot(points[2 * a] - points[2 * b], points[2 * a + 1] - points[2 * b + 1])
    }
    const wanted = Math.sqrt(canvas.width * canvas.height) * LINE_OF_PICTURE
    return Math.max(height ? Math.min(wanted, height * LINE_OF_PERSON) : wanted, 1.2 * dense)
  }
}
