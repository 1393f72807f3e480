"""A native bar chart of one column of a small table, each bar in its tag's tone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun

from shopcrm.sheets.workbook.looks import number_format
from shopcrm.sheets.workbook.palette import HEADER, INK, RULE, lighten
from shopcrm.sheets.workbook.rows import clean_text
from shopcrm.sheets.workbook.tabs import Tab


class Place(NamedTuple):
    """Where a chart stands, and where its numbers do; rows and columns from 1."""

    column: int
    top_row: int
    rows: int
    data_row: int


def add_bars(sheet: Any, table: Tab, tones: Mapping[str, str], place: Place, *, margin: int, exponent: int) -> None:
    """Draws `table.bars_column`, whose rows stand in the sheet from `place.data_row`, `margin` columns in."""
    chart: Any = _draw(sheet, table, tones, first_row=place.data_row, margin=margin, exponent=exponent)
    corners = (place.column - 1, place.top_row - 1), (place.column, place.top_row - 1 + place.rows)
    start, end = (AnchorMarker(col=column, row=row) for column, row in corners)
    # Held by two corners (which the stubs do not know), it fills its column whatever font the columns are measured in.
    chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)
    sheet.add_chart(chart)


def _draw(sheet: Any, table: Tab, tones: Mapping[str, str], *, first_row: int, margin: int, exponent: int) -> BarChart:
    label, numbers = table.tag_column or 0, table.bars_column or 0
    last_row = first_row + len(table.rows) - 1
    chart = BarChart()
    chart.type = "bar"
    chart.legend = None
    chart.gapWidth = 45
    column = numbers + 1 + margin
    chart.add_data(Reference(sheet, min_col=column, min_row=first_row, max_row=last_row))
    chart.set_categories(Reference(sheet, min_col=label + 1 + margin, min_row=first_row, max_row=last_row))
    chart.title = _title(table.columns[numbers].title)
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top, as in the table
    chart.x_axis.delete = False
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=RULE))
    chart.x_axis.txPr = RichText(p=[_paragraph(CharacterProperties(sz=900, solidFill=INK))])
    values = [row[numbers] for row in table.rows]
    if not any(isinstance(value, (int, float)) and value < 0 for value in values):
        chart.y_axis.scaling.min = 0  # else Excel may cut off what like bars have in common
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    series = chart.series[0]
    series.dLbls = DataLabelList()
    series.dLbls.showVal = True
    series.dLbls.showSerName = series.dLbls.showCatName = series.dLbls.showLegendKey = False
    series.dLbls.numFmt = number_format(table.columns[numbers].kind, exponent)
    series.dLbls.txPr = RichText(p=[_paragraph(CharacterProperties(sz=900, solidFill=INK))])
    for at, row in enumerate(table.rows):
        point = DataPoint(idx=at)
        point.graphicalProperties.solidFill = lighten(tones.get(str(row[label]), HEADER), 0.2)
        series.dPt.append(point)
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=RULE))
    return chart


def _title(text: str) -> Title:
    look = CharacterProperties(sz=1000, b=True, solidFill=HEADER)
    paragraph = _paragraph(look)
    paragraph.r = [RegularTextRun(rPr=look, t=clean_text(text))]
    at_the_left = Layout(manualLayout=ManualLayout(xMode="edge", yMode="edge", x=0.02, y=0.03))
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False, layout=at_the_left)


def _paragraph(look: CharacterProperties) -> Paragraph:
    return Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)
