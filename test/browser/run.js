// The simulator's page driven in a real browser: `npm run test:browser`.
import { perform } from './scene.js'
import { STORY } from './story.js'

process.exitCode = (await perform(STORY)) ? 0 : 1
