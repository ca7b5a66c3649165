"""Outcomes are read strictly: one line naming file, row and column."""

import pytest
from made_up_outcomes import HEADING, ROW, written

from simsafe.ground.parameter import ConfigError
from simsafe.study.validation.reading import read_outcomes

REFUSED = {  # a row, and what the refusal must say
    "2020-09-31,2020-10-04,devon,referrals,total,100,referrals": ("date_start", "2020-09-31"),
    "07/09/2020,2020-09-13,devon,referrals,total,100,referrals": ("date_start", "07/09/2020"),
    "2020-09-14,2020-09-13,devon,referrals,total,100,referrals": ("date_end", "not before"),
    "2020-09-07,2025-09-13,devon,referrals,total,100,referrals": ("date_end", "2022-12-31"),
    "2020-09-07,2020-09-13,devn,referrals,total,100,referrals": ("geography", "did you mean 'devon'"),
    "2020-09-07,2020-09-13,devon,referals,total,100,referrals": ("series", "did you mean 'referrals'"),
    "2020-09-07,2020-09-13,devon,referrals,school,100,referrals": ("category", "did you mean 'schools'"),
    "2020-09-07,2020-09-13,devon,section_47,schools,100,enquiries": ("category", "total"),
    "2020-09-07,2020-09-13,devon,referrals,total,,referrals": ("value", "leave unknown rows out"),
    "2020-09-07,2020-09-13,devon,referrals,total,-1,referrals": ("value", "-1"),
    "2020-09-07,2020-09-13,devon,referrals,total,nan,referrals": ("value", "nan"),
    "2020-09-07,2020-09-13,devon,referrals,total,1e3,referrals": ("value", "1e3"),
    '2020-09-07,2020-09-13,devon,referrals,total,"1,200",referrals': ("value", "1,200"),
    "2020-09-07,2020-09-13,devon,referrals,total,100,%": ("unit", "referrals"),
    "2020-09-07,2020-09-13,devon,re_referrals,total,22,share": ("value", "0.78"),
    "2020-09-07,2020-09-13,devon,caseload,total,16,per 10,000 children": ("8 cells", "7"),
    "2020-09-07,2020-09-13,devon,referrals,total,100": ("6 cells", "7"),
    ROW: ("column value", "row 2"),  # a second time
}


@pytest.mark.parametrize("row", REFUSED)
def test_a_row_that_is_not_as_the_plan_says_is_refused_in_one_line_with_file_row_and_column(tmp_path, row):
    with pytest.raises(ConfigError) as refusal:
        read_outcomes(written(tmp_path / "data", ROW, row))
    text = str(refusal.value)
    assert text.startswith("made_up.csv row 3")
    assert "\n" not in text
    for word in REFUSED[row]:
        assert word in text


def test_a_row_as_the_plan_says_is_read(tmp_path):
    rate = '2021-03-31,2021-03-31,england,plan_stock,total,40.5,"per 10,000 children"'
    read = read_outcomes(written(tmp_path / "data", ROW, rate))
    assert read["value"].tolist() == [100.0, 40.5]
    assert read["unit"].tolist() == ["referrals", "per 10,000 children"]


@pytest.mark.parametrize("heading", ["", HEADING.replace("series", "measure"), HEADING + ",note", HEADING.removesuffix(",unit")])
def test_other_columns_are_refused(tmp_path, heading):
    with pytest.raises(ConfigError, match=r"made_up.csv row 1.*expected"):
        read_outcomes(written(tmp_path / "data", ROW, heading=heading))


def test_a_folder_without_outcomes_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no such folder"):
        read_outcomes(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="no CSV file"):
        read_outcomes(tmp_path)
    with pytest.raises(ConfigError, match="no row"):
        read_outcomes(written(tmp_path / "data"))
