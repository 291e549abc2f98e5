// Draws the sample pictures of the simulator (page/photos/*.jpg): invented places, nobody's rights.
// Run once after a change: node scripts/draw-sample-photos.mjs
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'

const OUT = 'src/channels/simulator/page/photos'
const WIDTH = 960
const HEIGHT = 720

/** A point in the old town of Fossano, for the picture that knows where it was taken. */
const GPS = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '44/1 33/1 108/100',
  GPSLongitudeRef: 'E',
  GPSLongitude: '7/1 43/1 2640/100',
}

const frame = (
  inner,
  defs = '',
) => `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 960 720">
  <defs>
    <linearGradient id="day" x2="0" y2="1"><stop stop-color="#9cc7e4"/><stop offset="1" stop-color="#e9f1ee"/></linearGradient>
    <linearGradient id="asphalt" x2="0" y2="1"><stop stop-color="#7b8086"/><stop offset="1" stop-color="#54585e"/></linearGradient>
    <linearGradient id="pavement" x2="0" y2="1"><stop stop-color="#cfc8bb"/><stop offset="1" stop-color="#aba393"/></linearGradient>
    <radialGradient id="edge" r=".78"><stop offset=".62" stop-opacity="0"/><stop offset="1" stop-opacity=".2"/></radialGradient>
    <filter id="soft"><feGaussianBlur stdDeviation="7"/></filter>
    <filter id="grain" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" baseFrequency=".7" numOctaves="2" seed="4"/>
      <feColorMatrix values="0 0 0 0 0  0 0 0 0 0  0 0 0 0 0  0 0 0 .5 -.2"/></filter>
    ${defs}
  </defs>${inner}<rect width="960" height="720" fill="url(#edge)"/></svg>`

/** A row of houses under an arcade, as in the towns of Piedmont. */
const houses = (base) =>
  [
    [-20, 250, 210, '#d9a679'],
    [230, 290, 250, '#e6c58f'],
    [520, 240, 220, '#c98f73'],
    [760, 230, 262, '#dfc7a4'],
  ]
    .map(([x, width, height, colour]) => {
      const top = base - height
      const windows = [0.13, 0.44, 0.75]
        .map((at) => {
          const left = x + width * at
          return `<rect x="${left}" y="${top + 46}" width="26" height="60" fill="#56697a"/><rect x="${left - 15}" y="${top + 46}" width="13" height="60" fill="#4f7058"/><rect x="${left + 28}" y="${top + 46}" width="13" height="60" fill="#4f7058"/>`
        })
        .join('')
      const arches = [0.06, 0.38, 0.7]
        .map((at) => {
          const left = x + width * at
          return `<path d="M${left} ${base}v-44a30 32 0 0 1 60 0v44z" fill="#5b4a42"/>`
        })
        .join('')
      return `<rect x="${x}" y="${top}" width="${width}" height="${height}" fill="${colour}"/><path d="M${x - 8} ${top}h${width + 16}l-14 -24h-${width - 12}z" fill="#a6583f"/>${windows}${arches}`
    })
    .join('')

const street = `<rect width="960" height="400" fill="url(#day)"/>${houses(352)}
  <rect y="350" width="960" height="62" fill="url(#pavement)"/><rect y="406" width="960" height="12" fill="#8d877b"/>
  <rect y="416" width="960" height="304" fill="url(#asphalt)"/>
  <rect y="416" width="960" height="304" filter="url(#grain)" opacity=".5"/>`

const pothole = frame(`${street}
  <path d="M70 556l150-22 6 14-150 24zM330 516l120-16 5 11-120 18zM560 484l96-12 4 9-96 13z" fill="#eceae2" opacity=".8"/>
  <path d="M300 612C318 560 410 548 486 556s190-6 218 48-22 92-98 104-152 8-222-4-104-42-84-92z" fill="#8d9196"/>
  <path d="M326 616c18-42 92-50 160-44s166-6 190 40-20 72-88 82-132 6-194-4-84-36-68-74z" fill="#3a352f"/>
  <path d="M352 640c34-32 92-30 142-28s128-10 152 22-22 46-78 52-110 4-160-4-78-20-56-42z" fill="#5d6f7c"/>
  <path d="M392 640c40-18 120-18 168-14" stroke="#b6cad6" stroke-width="7" fill="none" stroke-linecap="round" opacity=".75"/>
  <g fill="#8b8479"><circle cx="272" cy="650" r="13"/><circle cx="294" cy="690" r="8"/><circle cx="724" cy="676" r="15"/><circle cx="752" cy="640" r="7"/><circle cx="240" cy="612" r="7"/></g>
  <path d="M300 604l-70-30-34 6M690 580l74-40 52 4M560 552l22-46 34-14" stroke="#33302c" stroke-width="5" fill="none"/>`)

const lamp = frame(
  `<rect width="960" height="720" fill="url(#night)"/>
  <g fill="#fff" opacity=".7"><circle cx="120" cy="90" r="2"/><circle cx="300" cy="50" r="1.6"/><circle cx="690" cy="70" r="2"/><circle cx="840" cy="140" r="1.6"/><circle cx="520" cy="120" r="1.5"/></g>
  <g opacity=".34">${houses(560)}</g><rect y="556" width="960" height="164" fill="#20242f"/>
  <path d="M0 620h960" stroke="#2f3544" stroke-width="10"/>
  <circle cx="800" cy="330" r="230" fill="url(#light)"/><ellipse cx="800" cy="612" rx="180" ry="34" fill="#ffd98a" opacity=".3" filter="url(#soft)"/>
  <path d="M796 604V332h10v272z" fill="#141821"/><path d="M776 300h50l-8 44h-34z" fill="#ffe9b5"/><path d="M770 300l31-26 31 26z" fill="#141821"/>
  <path d="M330 690l10-446h22l10 446z" fill="#12151d"/><path d="M312 690h78v-26h-78z" fill="#0d1017"/>
  <path d="M346 250C350 190 400 168 462 176" stroke="#12151d" stroke-width="15" fill="none"/>
  <g transform="rotate(24 470 190)"><path d="M436 178h78l-12 92h-54z" fill="#3b4352" stroke="#12151d" stroke-width="9"/><path d="M426 178l49-40 49 40z" fill="#171b25"/><path d="M456 196l22 28-14 16 22 30" stroke="#cfd6e2" stroke-width="5" fill="none"/><path d="M448 270l16-26 12 26z" fill="#20242f"/></g>
  <path d="M505 284c10 22-8 30 4 52" stroke="#8a92a3" stroke-width="4" fill="none"/>
  <g fill="#9aa4b6"><path d="M452 676l20-8-4 16zM500 694l16-4-8 12zM420 700l12-2-8 10z"/></g>`,
  '<radialGradient id="light"><stop stop-color="#ffe2a0" stop-opacity=".75"/><stop offset="1" stop-color="#ffd98a" stop-opacity="0"/></radialGradient><linearGradient id="night" x2="0" y2="1"><stop stop-color="#0f1a36"/><stop offset=".75" stop-color="#39456b"/><stop offset="1" stop-color="#57567a"/></linearGradient>',
)

const bag = (x, y, size, colour) =>
  `<g transform="translate(${x} ${y}) scale(${size})"><path d="M-52 0c-16-42 0-84 34-96l-8-22 26 10 26-10-8 22c34 12 50 54 34 96z" fill="${colour}"/><path d="M-30-18c-4-26 2-44 16-58" stroke="#fff" stroke-opacity=".28" stroke-width="7" fill="none"/></g>`

const bin = frame(`${street}
  <ellipse cx="480" cy="676" rx="330" ry="34" opacity=".3" filter="url(#soft)"/>
  ${bag(420, 330, 1.05, '#3d4450')}${bag(560, 336, 0.95, '#3d6fa3')}${bag(490, 300, 0.9, '#e3e3df')}
  <path d="M330 330h320l-34 340H364z" fill="#2f6b4a"/><path d="M330 330h320l-5 46H335z" fill="#24543a"/>
  <path d="M388 390l14 264M460 390l4 268M528 390l-4 268M596 390l-16 264" stroke="#28583e" stroke-width="9"/>
  <path d="M452 486l38-42 38 42-18 2v44h-40v-44z" fill="#e7efe6" opacity=".9"/>
  <path d="M318 316l330-96 12 34-330 94z" fill="#3a805a"/>
  ${bag(262, 672, 1.05, '#3b414c')}${bag(736, 680, 1.15, '#454b57')}${bag(822, 690, 0.8, '#4a7cae')}
  <path d="M146 676l74-14 10 40-76 10zM160 660l62-40 20 34-60 26z" fill="#b98b58"/><path d="M160 660l62-40" stroke="#8e6740" stroke-width="4"/>
  <path d="M640 696h46v-18h-46z" fill="#c94f46"/><circle cx="600" cy="700" r="13" fill="#e0b84d"/><path d="M316 706l30-22 12 14-30 18z" fill="#dfe7ea"/>`)

const leaves = [
  [512, 470, 120],
  [610, 420, 132],
  [720, 470, 128],
  [660, 540, 116],
  [802, 540, 96],
  [560, 560, 92],
]
const tree = frame(`<rect width="960" height="380" fill="url(#day)"/>
  <g fill="#86a98a"><circle cx="80" cy="300" r="84"/><circle cx="196" cy="316" r="70"/><circle cx="860" cy="296" r="92"/><circle cx="320" cy="334" r="54"/></g>
  <rect y="340" width="960" height="60" fill="#8fae7a"/><rect y="396" width="960" height="324" fill="url(#asphalt)"/>
  <rect y="396" width="960" height="324" filter="url(#grain)" opacity=".5"/><rect y="390" width="960" height="14" fill="#b9b3a5"/>
  <path d="M30 700l190-40M760 690l190 26" stroke="#eceae2" stroke-width="12" opacity=".75"/>
  <path d="M60 404c20-50 96-66 150-34l40 40z" fill="#6b5238"/><path d="M84 404c24-34 70-38 112-16" stroke="#8d6f4d" stroke-width="8" fill="none"/>
  <path d="M76 402l-40-52M112 380l-20-64M160 370l10-62" stroke="#6b5238" stroke-width="12" stroke-linecap="round"/>
  <ellipse cx="520" cy="640" rx="400" ry="42" opacity=".32" filter="url(#soft)"/>
  <path d="M150 372C300 400 420 456 640 500l-10 74C420 540 270 480 120 440z" fill="#7a5b3d"/>
  <path d="M180 396c130 26 250 76 420 116M170 424c140 34 250 82 400 116" stroke="#5f4530" stroke-width="6" fill="none"/>
  ${leaves.map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}" fill="#3f6d43"/>`).join('')}
  ${leaves.map(([x, y, r]) => `<circle cx="${x - 18}" cy="${y - 26}" r="${r * 0.66}" fill="#568a55"/><circle cx="${x - 30}" cy="${y - 40}" r="${r * 0.3}" fill="#78a870"/>`).join('')}
  <g fill="#568a55"><ellipse cx="420" cy="640" rx="16" ry="8"/><ellipse cx="470" cy="668" rx="14" ry="7"/><ellipse cx="880" cy="660" rx="16" ry="8"/><ellipse cx="380" cy="600" rx="12" ry="6"/></g>
  <g><path d="M250 610l30-70 30 70z" fill="#e7692c"/><path d="M262 584h36l6 14h-48z" fill="#fff"/><path d="M240 610h80v12h-80z" fill="#c7561f"/></g>`)

const drain =
  frame(`<rect width="960" height="720" fill="url(#asphalt)"/><rect width="960" height="720" filter="url(#grain)" opacity=".55"/>
  <path d="M0 0h960v150L0 230z" fill="url(#pavement)"/><path d="M0 226l960-80v34L0 266z" fill="#8d877b"/>
  <path d="M200 0l-40 214M430 0l-20 192M660 0l4 172M880 0l24 152" stroke="#9a9385" stroke-width="5"/>
  <path d="M60 520c-20-120 120-240 380-260s440 30 470 160-60 240-330 270-490-30-520-170z" fill="#56666f"/>
  <path d="M110 510c0-100 130-196 350-210s380 30 400 134-80 190-300 214-440-30-450-138z" fill="#6b7f8a"/>
  <path d="M180 420c100-60 240-80 360-78M640 600c80-20 150-60 180-120" stroke="#c3d5dd" stroke-width="10" fill="none" stroke-linecap="round" opacity=".7"/>
  <g transform="rotate(-5 480 460)"><rect x="330" y="366" width="300" height="190" rx="12" fill="#2e3338"/><g fill="#14171a">${[0, 1, 2, 3, 4, 5].map((i) => `<rect x="${352 + i * 45}" y="386" width="22" height="150" rx="9"/>`).join('')}</g></g>
  <g fill="#a86b2d"><path d="M372 430c30-36 80-30 96 6-40 24-76 20-96-6zM470 500c20-34 74-34 96-4-32 28-74 28-96 4zM560 400c34-24 78-8 84 22-40 16-72 4-84-22zM330 520c30-24 66-14 78 12-34 18-62 10-78-12z"/></g>
  <g fill="#c98f3d"><path d="M430 470c24-30 66-26 84 4-32 20-64 18-84-4zM540 540c22-26 60-24 76 4-28 20-58 18-76-4zM300 470c20-24 56-22 70 2-26 20-52 16-70-2zM700 380c20-24 56-22 70 2-26 20-52 16-70-2z"/></g>`)

const PICTURES = { pothole, lamp, bin, tree, drain }

for (const [name, svg] of Object.entries(PICTURES)) {
  const picture = sharp(Buffer.from(svg)).flatten({ background: '#fff' })
  // sharp calls the GPS directory IFD3.
  const described =
    name === 'drain' ? picture.withExif({ IFD0: { Make: 'Filo Diretto' }, IFD3: GPS }) : picture
  const jpeg = await described.jpeg({ quality: 72, mozjpeg: true }).toBuffer()
  await writeFile(`${OUT}/${name}.jpg`, jpeg)
}
