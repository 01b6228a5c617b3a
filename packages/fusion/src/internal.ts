export { type CalendarDate, monthName, readDate } from './equality/dates.ts';
export { type Measure, readMeasure } from './equality/measures.ts';
