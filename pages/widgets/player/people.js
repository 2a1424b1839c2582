// Who is who: names and colours, a tag at each head, and who is at a place of the picture.

const EVERYONE = -1
// How near to a bone a click still means the person, in pixels of the screen.
const REACH_PX = 24
const WIDEST_TAG_PX = 170
const HEAD = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
// A trunk is wide: its diagonals count as bones for a click.
const TRUNK_DIAGONALS = [
  [11, 24],
  [12, 23],
]
// How long an answer of the page may take before what it says counts again.
const ANSWER_MS = 4000

class People {
  configure(data, colours) {
    this.data = data
    this.colours = colours
  }

  // Somebody whom the page has not heard of yet has a number.
  name(person) {
    return this.data.people[person]?.name ?? `${this.data.labels.person} ${person + 1}`
  }

  colour(person) {
    const { people, palette } = this.data
    return people[person]?.colour ?? palette[person % palette.length]
  }

  // Whether names are needed to tell people from each other, or one has been given.
  areNamed(landmarks) {
    return this.data.named || landmarks.people > 1
  }

  // A dark tag with a dot in the person's colour, its lower edge in the middle at x, y.
  drawTag(canvas, context, x, y, person, dense) {
    const text = 12.5 * dense
    context.font = `600 ${text}px ${this.colours.font}`
    const name = shortened(context, this.name(person), WIDEST_TAG_PX * dense)
    const width = context.measureText(name).width + 2.3 * text
    const height = 1.7 * text
    const left = Math.max(0, Math.min(x - width / 2, canvas.width - width))
    const top = Math.max(0, Math.min(y - height, canvas.height - height))
    context.globalAlpha = 1
    context.setLineDash([])
    context.fillStyle = "rgba(10, 14, 20, 0.82)"
    context.beginPath()
    context.roundRect(left, top, width, height, 0.35 * text)
    context.fill()
    this.drawDot(context, left + 0.9 * text, top + height / 2, 0.38 * text, person, dense)
    context.fillStyle = "#ffffff"
    context.textAlign = "left"
    context.textBaseline = "middle"
    context.fillText(name, left + 1.65 * text, top + height / 2 + 0.04 * text)
  }

  drawDot(context, x, y, radius, person, dense) {
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.fillStyle = this.colour(person)
    context.fill()
    context.lineWidth = 1.25 * dense
    context.strokeStyle = "#ffffff"
    context.stroke()
  }
}

// Who is at a place of the picture, in its pixels; EVERYONE for nobody. Those who are not drawn are there all the same.
function personAt(landmarks, frame, share, bones, place, reach) {
  const points = new Float32Array(LANDMARKS * 2)
  let best = EVERYONE
  let bestDistance = reach
  for (let person = 0; person < landmarks.people; person++) {
    if (!landmarks.points(landmarks.image, 2, frame, share, person, points)) continue
    for (const [a, b] of [...bones, ...TRUNK_DIAGONALS]) {
      const distance = landmarks.pxPerUnit * distanceToBone(points, a, b, place.map(each => each / landmarks.pxPerUnit))
      if (distance < bestDistance) [best, bestDistance] = [person, distance]
    }
  }
  return best
}

function distanceToBone(points, a, b, [x, y]) {
  const [fromX, fromY] = [points[2 * a], points[2 * a + 1]]
  const [stepX, stepY] = [points[2 * b] - fromX, points[2 * b + 1] - fromY]
  const length = stepX * stepX + stepY * stepY || 1
  const share = Math.max(0, Math.min(1, ((x - fromX) * stepX + (y - fromY) * stepY) / length))
  return Math.hypot(x - fromX - share * stepX, y - fromY - share * stepY)
}

// Cut off with an ellipsis where it would be wider.
function shortened(context, name, widest) {
  if (context.measureText(name).width <= widest) return name
  const letters = [...name]
  while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > widest) letters.pop()
  return `${letters.join("").trimEnd()}…`
}
