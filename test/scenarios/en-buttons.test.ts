import { itPlaysEveryScenario } from '../support/scenario.js'

itPlaysEveryScenario({ locale: 'en', shape: 'buttons' })
