import { checkReport } from './check.ts';
import { reports } from './reports.ts';

checkReport(reports[0]);
