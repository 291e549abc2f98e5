import { itPlaysCitizens } from '../support/scenario.js'

itPlaysCitizens('lists')
