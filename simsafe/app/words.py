"""What the command line says about itself. Plain text only: nothing here may import anything slow."""

from __future__ import annotations

RESPONSIBLE = (
    "Simulated. For comparing plans for a whole system; not for decisions about any child, family, worker or council.\n"
    "How much harm is hidden is an assumption. See RESPONSIBLE_USE.md."
)

OVERVIEW = f"""\
simsafe: which contingency plan keeps children visible? A simulation of multi-agency safeguarding under crisis.

  simsafe run [SETTING=VALUE ...]    simulate an area under a crisis and a plan, and save tables and figures
  simsafe compare [SETTING=VALUE]    simulate several plans on the same children, many times over, and compare them
  simsafe story [SETTING=VALUE ...]  one simulated child's chronology, under one plan or two
  simsafe observer [SETTING=VALUE]   what a rational reader of all records would have known of harm
  simsafe sensitivity [SETTING=VALUE]  which of the model's numbers matter, and which differences hold under other rules
  simsafe calibrate [SETTING=VALUE]  how well the fitted numbers are known; sets that published figures do not rule out
  simsafe predict [SETTING=VALUE]    predict September 2020 to March 2022 and seal the predictions
  simsafe validate --data FOLDER     hold sealed predictions against published outcomes, failures first
  simsafe areas [TEXT]               areas to choose from: England and its 151 upper-tier authorities
  simsafe crises [show NAME]         crises to choose from
  simsafe plans [show NAME]          plans to choose from, and the dials one turns
  simsafe plans diff A B             on which days two plans turn which dials differently
  simsafe describe [WHAT]            what a number, a measure, a dial or a lever means
  simsafe evidence [TEXT]            what every number rests on: grade, source, and whether it was seen there

  simsafe COMMAND --help             more, with examples
  simsafe --version

Start with:  simsafe run children=5000

{RESPONSIBLE}
"""

RUN = f"""\
simsafe run [SETTING=VALUE ...] [--config-dir DIR] [-m]

Simulates an area day by day and saves what happened. By itself it takes the settings of configs/run.yaml.

  area=NAME               an area; `simsafe areas` lists them
  area_file=FILE.csv      an area of your own: one row of totals
  children=N              how many children to simulate, 500 to 2000000; England without it: 100000
  crisis=NAME  plan=NAME  from the shelves; `simsafe crises`, `simsafe plans`. A plan of your own: the path of its file
  severity=S              0 is ordinary times, 1 the crisis as written, 2 twice as far
  start=DATE  end=DATE    such as 2020-01-01
  warm_up_days=N          days simulated before the start, 0 to 730
  seed=N                  which luck; the same seed gives the same run, event for event
  capacity_coupling=false one child's case never delays another's
  open_loop=true          decisions never change who is met later
  output=FOLDER           where to save; a new folder under outputs/ without it
  model.PATH=NUMBER       any parameter; `simsafe describe parameters` lists them
  plan.PATH=VALUE         a setting inside the chosen plan, as in its YAML file; likewise crisis.PATH=VALUE

  --config-dir DIR        adds your own shelf: DIR/plan/my_plan.yaml, DIR/crisis/my_crisis.yaml
  -m, --multirun          runs every combination of values separated by commas
  hydra/launcher=NAME     with -m: how the runs are started (joblib, submitit_slurm ..., if installed)
  hydra.sweep.dir=FOLDER  with -m: where the runs are saved

Examples
  simsafe run area=devon crisis=none children=9000 seed=2
  simsafe run plan=see_every_child severity=0.5 output=my_results
  simsafe run model.truth.harm.prevalence=0.03
  simsafe run plan=my_plan.yaml children=5000
  simsafe run --config-dir my_shelf plan=my_plan
  simsafe run -m seed=1,2,3 plan=as_happened_2020,see_every_child children=5000

Ends with 0 when all is saved, 2 when something asked for is refused (a folder that cannot be written too; nothing is simulated then),
1 when something went wrong later (a full disk, a run of a sweep that failed), 130 when stopped by hand.
With SIMSAFE_DEBUG=1 in the environment, an error shows where it happened.

{RESPONSIBLE}
"""

COMPARE = f"""\
simsafe compare plans=[ONE,ANOTHER,...] [SETTING=VALUE ...] [--config-dir DIR]

Simulates every plan under every seed and compares them on the same children. Days on which plans do not differ are simulated once.

  plans=[ONE,ANOTHER]     two or more: names from the shelves, or paths of files of your own (YAML, CSV, XLSX)
  reference=ONE           the plan that the others are compared with; the first one without it
  replications=N          how many seeds, 1 to 10000; 30 without it. seed=N is the first of them
  output=FOLDER           where the runs are kept; without it a folder under outputs/ named after the question
  workers=N               how many processes at once; without it one a core of this machine
  executor=NAME           local (processes of this machine), serial (no other process), dask (needs the extra: simsafe[dist])
  address=ADDRESS         with executor=dask: a scheduler's address; without it a cluster on this machine
  effort=equal            first weakens the plans until all ask for as many extra hours within each profession: up to seven rounds of
                          pilot runs on five seeds
  exchange=[WHO:RATE,...] with effort=equal: what an hour of each profession counts for, such as [school staff:1,partners:2]
  break_even=true         says at which value of a number that nobody knows each ranking turns round: sixteen comparisons more, on up to
                          ten seeds; break_even=[remote_strength,prevalence,overlap] or some of these
  sets=FOLDER             parameter sets, such as `simsafe calibrate` keeps: one a seed in turn, the same under every plan
  area= crisis= children= severity= start= end= model.PATH= and the other settings of `simsafe run`

Stopped or killed, the same command goes on from where it was: a finished seed is never run again, and every byte of it is checked.
With more replications only those that are missing are run. Pilot runs and those for break_even are kept in the same folder. A folder is
refused when another question, version or data made it.

Examples
  simsafe compare area=devon crisis=covid19_england 'plans=[as_happened_2020,see_every_child,joined_up]' replications=30
  simsafe compare children=5000 'plans=[as_happened_2020,my_plan.yaml]' replications=10 workers=2 output=my_comparison
  simsafe compare --config-dir my_shelf 'plans=[as_happened_2020,my_plan]' reference=my_plan severity=0.5
  simsafe compare children=5000 'plans=[as_happened_2020,see_every_child,joined_up]' effort=equal break_even=[prevalence]

Ends with 0 when every run is there, 2 when something asked for is refused (a folder that cannot be written too; nothing is simulated then),
1 when some runs failed (they are listed) or nothing can be saved any more, 130 when stopped by hand.

{RESPONSIBLE}
"""

STORY = f"""\
simsafe story child=N | find=CASE [against=PLAN] [SETTING=VALUE ...] [--config-dir DIR]

Simulates a plan, or two on the same children, and draws one simulated child's life as an integrated chronology: what was true above, what
each agency saw, held, told and decided below. With against= it marks the first day on which the two stories part, and says why.

  child=N                 the child of that number; under another seed it is another child
  find=CASE               the most telling child instead; the others like it are listed
    found_sooner            harm found much sooner than under the plan given with against=
    harmed_closed_remotely  harmed, and closed after a last visit by video or telephone
    unseen_and_unknown      harmed, and for long neither seen in person nor known to social care
    needlessly_investigated a section 47 enquiry about a child neither harmed nor likely to be
    lost_share              signs with several agencies, none of which reached social care
  plan=NAME  against=NAME the plan, and another one to hold it against: names, or paths of files of your own
  from=DATE  to=DATE      the days to draw; the tables always have all of them
  output=FOLDER           where to save story.html, story.csv, story.png and story.svg
  area= crisis= children= seed= severity= start= end= model.PATH= and the other settings of `simsafe run`

Examples
  simsafe story area=devon plan=see_every_child against=as_happened_2020 find=found_sooner children=9000
  simsafe story plan=as_happened_2020 find=unseen_and_unknown children=5000 from=2020-01-01 to=2020-12-31
  simsafe story plan=as_happened_2020 child=12 children=5000

Ends with 0 when the story is saved, 2 when something asked for is refused or no child is such a case, 1 and 130 as `simsafe run` does.

{RESPONSIBLE}
"""

SENSITIVITY = f"""\
simsafe sensitivity [SETTING=VALUE ...] [--quick] [--write] [--config-dir DIR]
simsafe sensitivity structures [structures=[ONE,ANOTHER]] [replications=N] [SETTING=VALUE ...]

Moves every number of the model that has a range, and ranks what that does to the headline measures and to the plans' differences, beside
what another seed alone does. Rooms of numbers are moved together first, then one by one those of the rooms that matter most (Morris);
of the dozen largest, Sobol indices are worked out on an emulator, with its validation error.

  plans=[ONE,ANOTHER]     the first is the one that the others are compared with; reference=ONE names another
  trajectories=N          Morris trajectories, each with its own seed; 4 without it. seed=N is the first
  numbers=N               at most so many moved one by one; 120 without it. by=numbers moves all of them at once, without the rooms
  reach=SHARE             how much of the way to either end of its range a number is moved; 0.5 without it. Numbers fitted to England are
                          moved over what its calibration left open
  among=[ROOM,NAME]       only the numbers of these rooms, such as truth.harm, or these numbers
  dozen=N  points=N       how many numbers get indices, 0 to 40, and how many runs the emulator is made from; 12 and 120
  workers=N executor=NAME address=ADDRESS output=FOLDER   as in simsafe compare
  area= crisis= children= start= end= model.PATH= and the other settings of `simsafe run`; by itself England with 8000 children, April
                          2019 to September 2020

  --quick                 a small world and few numbers, in minutes: shows what comes out, and nothing follows from it
  --write                 also writes the effects that `simsafe evidence` prints (simsafe/world/evidence/effects.csv)

structures compares the plans under other rules on the same seeds (10 without replications=), and says of each headline difference whether
it keeps its sign, turns, or cannot be told apart. How social care reads many signs: strongest_sign (one serious incident), count,
discounted_sum. New harm in the crisis: harm_constant, harm_amplified. Doors: answers_as_before, where knocking again does not help.

Stopped or killed, the same command goes on from where it was. A failed run is left out with its own point, and said.

Examples
  simsafe sensitivity --quick output=outputs/a_look
  simsafe sensitivity among=[truth.harm,belief] trajectories=6 dozen=0
  simsafe sensitivity structures structures=[strongest_sign,harm_constant] replications=10 children=8000

Ends with 0 when every run is there, 1 when some failed or nothing can be saved, 2 when something asked for is refused, 130 when stopped by
hand.

{RESPONSIBLE}
"""

CALIBRATE = f"""\
simsafe calibrate [area=NAME] [SETTING=VALUE ...] [--quick]

Looks for all sets of numbers with which the model meets published figures of ordinary times and of April to June 2020 within their errors
(history matching with emulators), keeps 50 or more, and says how well each number is known. Of another area than England: its
adjustments, its own figures shrunk towards England's.

  area=NAME               england without it
  sweep=drawn             numbers that no figure identifies are drawn over their ranges in the kept sets; sweep=held: held, but prevalence
  points=N  waves=N       sets of numbers tried in a wave, and waves; without them 150 and 3 (the first wave has more)
  wanted=N  seeds=N       sets to keep, and runs of each candidate
  children=N              of a run; without it 40000, of an area 20000
  seed=N                  the first of the runs' seeds
  output=FOLDER           where everything is kept; a folder under outputs/ named after what is asked without it
  workers=N               how many processes at once; without it one a core. executor=serial: no other process
  --quick                 a few small runs, to see that it works; nothing follows from what it finds

Stopped or killed, the same command goes on from where it was. The kept sets are in FOLDER/sets, for sets= of `simsafe predict` and
`simsafe compare`. Ends with 0 whether or not the shipped numbers are among them; 2 when a setting is refused.

Examples
  simsafe calibrate area=england
  simsafe calibrate area=devon
  simsafe calibrate --quick output=outputs/trial

{RESPONSIBLE}
"""

PREDICT = f"""\
simsafe predict [SETTING=VALUE ...]

Predicts what validation/plan.md names, September 2020 to March 2022, week by week and year by year, as quantiles over many runs, for
England and seven areas, and seals it: every file's SHA-256 stands in a manifest. Sealed predictions are never written over;
a trial is: fewer than 40 draws, or not all places. It counts for nothing.

  geographies=[ONE,TWO]   some of the plan's; without it all eight
  seeds=N                 runs of each parameter set, 2 or more; without it 40 runs in all. seed=N is the first
  sets=FOLDER             parameter sets, one CSV file each with the columns name and value; without it the shipped numbers alone
  children=N              at most so many simulated of each; without it areas are simulated whole, and 100000 children of England
  output=FOLDER           where the predictions go; validation/predictions without it
  draws=FOLDER            where each run's draws are kept; outputs/predictions without it
  workers=N               how many processes at once; without it one a core. executor=serial: no other process

Stopped or killed, the same command goes on from where it was. It says beforehand about how long it takes. Ends with 0 when predictions are
sealed, 2 when something asked for is refused, 1 when runs failed or nothing can be saved any more, 130 when stopped by hand.

Examples
  simsafe predict seeds=3 children=2000 geographies=[england,devon] output=outputs/trial
  simsafe predict seeds=2 sets=kept_sets

{RESPONSIBLE}
"""

VALIDATE = f"""\
simsafe validate --data FOLDER [--predictions FOLDER] [--output FOLDER]

Holds sealed predictions against outcomes: CSV files with the columns date_start,date_end,geography,series,category,value,unit. Scores
each value (weighted interval score), and each group of them against the same weeks of last year, a flat mean, and last year x attendance;
says how many values the 50, 80 and 95 % intervals hold and how often the direction of change is right. Failures come first. What counts as
failure is in validation/plan.md and cannot be set here. Ends with 0 whether they fail or not; 2 when a file is refused.

Examples
  simsafe validate --data later_outcomes
  simsafe validate --data later_outcomes --predictions validation/predictions --output outputs/validation

{RESPONSIBLE}
"""

AREAS = """\
simsafe areas [TEXT] [--csv]

Lists the areas: short name, printed name, region, children, referrals a year per 10,000 children. With TEXT, those whose name or
region has it.

Examples
  simsafe areas
  simsafe areas "south west"
  simsafe areas --csv > areas.csv
"""

CRISES = """\
simsafe crises [show NAME] [--config-dir DIR]

Lists the crises, or shows which dials one turns, from when to when.

Examples
  simsafe crises
  simsafe crises show covid19_england
"""

PLANS = """\
simsafe plans [show NAME | diff A B] [--crisis NAME] [--config-dir DIR] [--csv]

Lists the plans, shows lever by lever which dials one turns, from when to when, to what and where they then stand, or on which days two
plans turn which dials differently, in the crisis that they answer or in another (--crisis). A plan's own levers come before those that it
inherits. A plan of your own is a YAML file, or a spreadsheet my_plan.csv or my_plan.xlsx with the columns lever, dial, value, from, to (and
source if you like): give its path, or keep it as DIR/plan/my_plan.yaml.

Examples
  simsafe plans
  simsafe plans show see_every_child
  simsafe plans diff as_happened_2020 see_every_child
  simsafe plans diff see_every_child joined_up --crisis flood
  simsafe plans show my_plan.csv
  simsafe plans show my_plan --config-dir my_shelf
"""

DESCRIBE = """\
simsafe describe [parameters | measures | tables | dials | levers | NAME] [--csv]

Says what a number means: its value, unit, range and source, and the grade of the evidence
(A published for the United Kingdom, B published elsewhere, C judgement or survey, D assumed; or fitted, or a rule, which have no letter).

Examples
  simsafe describe parameters
  simsafe describe parameters --csv > parameters.csv
  simsafe describe tables first_page       columns of the tables of a comparison, and the measures in them
  simsafe describe truth.harm.prevalence
  simsafe describe school_open_share
"""

EVIDENCE = f"""\
simsafe evidence [TEXT] [--grade GRADE] [--kind KIND] [--export FILE.csv | FILE.html] [--csv]

What every number rests on: parameters, ordinary dials, the defaults of levers and their costs, and constants in the code. TEXT is any part
of a name, a unit or a source, or the id of a row of evidence (PR01, A0147, SF062), which is then shown in full.

  --grade GRADE   A published for the United Kingdom, B published elsewhere, C judgement or survey, D assumed; or fitted, or rule, which
                  have no letter
  --kind KIND     seen in its source, derived from it, fitted, remembered and to be checked, assumed, rule
  --export FILE   writes a table for a spreadsheet (.csv) or a page that needs nothing else (.html)
  --csv           prints the table as CSV

Examples
  simsafe evidence --grade D
  simsafe evidence prevalence
  simsafe evidence PR01
  simsafe evidence --kind remembered
  simsafe evidence --export register.html

{RESPONSIBLE}
"""

OBSERVER = f"""\
simsafe observer [plan=NAME | plans=[ONE,ANOTHER,...]] [SETTING=VALUE ...] [--config-dir DIR]

Simulates, reads all agencies' records of contacts and signs by Bayes' rule with nature's own rates, and says how many harmed children such
a reader would have found among as many children as social care looked at; and how many are lost on the way to action: to silence (nobody
met the child, or no sign showed), to signs too faint, to records kept apart, to what was not told, and to what social care did not act on.

  plan=NAME               a plan; or
  plans=[ONE,ANOTHER]     several on the same children, the others held against the first
  replications=N          how many seeds, 1 to 1000; 5 without it. seed=N is the first of them
  children=N              how many children to simulate; 3000 without it
  output=FOLDER           where to save; a new folder under outputs/ without it
  area= crisis= severity= start= end= model.PATH= and the other settings of `simsafe run`

Days after as many weeks of the crisis as there are before it are not simulated. A run of 3000 children takes about a minute. Saved are
steps.csv, differences.csv (between plans, seed by seed), curves.csv (found among the first so many looked at), calibration.csv (of children
believed harmed with about a probability, the share that was), runs.csv and observer.png.

Examples
  simsafe observer area=devon crisis=covid19_england plan=as_happened_2020 replications=5
  simsafe observer 'plans=[as_happened_2020,joined_up]' children=2000 replications=6 start=2019-09-01 end=2020-10-31

{RESPONSIBLE}
"""

HELP = {
    "run": RUN, "compare": COMPARE, "story": STORY, "observer": OBSERVER, "sensitivity": SENSITIVITY, "calibrate": CALIBRATE,
    "predict": PREDICT, "validate": VALIDATE,
    "areas": AREAS, "crises": CRISES, "plans": PLANS, "describe": DESCRIBE,
    "evidence": EVIDENCE,
}  # fmt: skip
