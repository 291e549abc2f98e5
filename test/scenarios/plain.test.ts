import { itPlaysEveryScenario } from '../support/scenario.js'

itPlaysEveryScenario('plain')
