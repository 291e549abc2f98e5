import { itPlays } from '../support/scenario.js'

itPlays('lists', ['pothole', 'place-typed', 'not-fixed'])
