import { itPlaysEveryScenario } from '../support/scenario.js'

itPlaysEveryScenario({ locale: 'it', shape: 'plain' })
