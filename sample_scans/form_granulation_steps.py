"""The steps of the granulation record: tag, instruction, and the fields that each asks for."""

from typing import Any

from sample_scans.paper import Fill

STEPS: tuple[tuple[tuple[str, str, tuple[tuple[str, str, dict[str, Any]], ...]], ...], ...] = (
    (
        (
            "1.1",
            "Check that the granulator is clean and released.",
            (
                (
                    "equipment",
                    "Granulator",
                    {
                        "type": "text",
                        "pattern": r"GR-\d{2}",
                        "means": "equipment",
                        "fill": Fill(template="GR-1#"),
                    },
                ),
            ),
        ),
        (
            "1.2",
            "Load lactose and maize starch; mix dry for 5 to 8 minutes at 120 rpm.",
            (
                ("start", "Start", {"type": "time"}),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_1.2", "fill": Fill(minutes=(5, 8))},
                ),
                (
                    "speed",
                    "Speed 110–130 rpm",
                    {"type": "number", "decimals": 0, "low": 110, "high": 130, "unit": "rpm"},
                ),
            ),
        ),
        (
            "1.3",
            "Dissolve povidone in purified water at 40 to 50 °C.",
            (
                (
                    "water",
                    "Water kg",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=8.4, spread=0.1)},
                ),
                (
                    "temp",
                    "Temp. 40.0–50.0 °C",
                    {"type": "number", "decimals": 1, "low": 40, "high": 50, "unit": "°C"},
                ),
                (
                    "lot",
                    "Water lot",
                    {
                        "type": "text",
                        "pattern": r"PW\d{4}",
                        "means": "lot",
                        "fill": Fill(template="PW####"),
                    },
                ),
            ),
        ),
        (
            "1.4",
            "Add the binder solution over 4 to 6 minutes.",
            (
                ("start", "Start", {"type": "time"}),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_1.4", "fill": Fill(minutes=(4, 6))},
                ),
                (
                    "load",
                    "Load 35–55 %",
                    {"type": "number", "decimals": 0, "low": 35, "high": 55, "unit": "%"},
                ),
            ),
        ),
        (
            "1.5",
            "Knead to the end point; record the power at the end.",
            (
                (
                    "power",
                    "Power 4.0–6.5 kW",
                    {"type": "number", "decimals": 1, "low": 4, "high": 6.5, "unit": "kW"},
                ),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "end_1.4", "fill": Fill(minutes=(2, 5))},
                ),
            ),
        ),
    ),
    (
        (
            "2.1",
            "Transfer to the fluid bed dryer. Inlet air 60 °C.",
            (
                (
                    "dryer",
                    "Dryer",
                    {
                        "type": "text",
                        "pattern": r"FBD-\d",
                        "means": "equipment",
                        "fill": Fill(template="FBD-#"),
                    },
                ),
                (
                    "inlet",
                    "Inlet 55.0–65.0 °C",
                    {"type": "number", "decimals": 1, "low": 55, "high": 65, "unit": "°C"},
                ),
                ("start", "Start", {"type": "time"}),
            ),
        ),
        (
            "2.2",
            "Dry until the product temperature is 38 to 42 °C.",
            (
                (
                    "product",
                    "Product 38.0–42.0 °C",
                    {"type": "number", "decimals": 1, "low": 38, "high": 42, "unit": "°C"},
                ),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_2.1", "fill": Fill(minutes=(35, 70))},
                ),
            ),
        ),
        (
            "2.3",
            "Loss on drying, three samples; the mean must be 1.0 to 2.5 %.",
            (
                (
                    "lod_a",
                    "Sample A %",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=1.7, spread=0.2)},
                ),
                (
                    "lod_b",
                    "Sample B %",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=1.7, spread=0.2)},
                ),
                (
                    "lod_c",
                    "Sample C %",
                    {"type": "number", "decimals": 2, "fill": Fill(middle=1.7, spread=0.2)},
                ),
                (
                    "lod",
                    "Mean %",
                    {
                        "type": "number",
                        "decimals": 2,
                        "low": 1.0,
                        "high": 2.5,
                        "unit": "%",
                        "equals": "mean(lod_a_2.3, lod_b_2.3, lod_c_2.3)",
                        "tolerance": 0.005,
                    },
                ),
            ),
        ),
        (
            "2.4",
            "Sieve through 1.0 mm; weigh in the tared container.",
            (
                (
                    "gross",
                    "Gross kg",
                    {"type": "number", "decimals": 1, "fill": Fill(middle=62.4, spread=0.6)},
                ),
                (
                    "tare",
                    "Tare kg",
                    {"type": "number", "decimals": 1, "fill": Fill(middle=8.2, spread=0.3)},
                ),
                (
                    "net",
                    "Net kg",
                    {
                        "type": "number",
                        "decimals": 1,
                        "equals": "gross_2.4 - tare_2.4",
                        "tolerance": 0.05,
                        "means": "quantity",
                    },
                ),
            ),
        ),
        (
            "2.5",
            "Add magnesium stearate; final blend for 3 minutes.",
            (
                (
                    "lot",
                    "Lot",
                    {
                        "type": "text",
                        "pattern": r"L\d{5}[A-Z]",
                        "means": "lot",
                        "fill": Fill(template="L#####@"),
                    },
                ),
                ("start", "Start", {"type": "time"}),
                (
                    "end",
                    "End",
                    {"type": "time", "not_before": "start_2.5", "fill": Fill(minutes=(3, 4))},
                ),
            ),
        ),
    ),
)
