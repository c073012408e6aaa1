package bot

import (
	"strings"
	"testing"

	"github.com/mulebot/mulebot/models"
)

// TestJSONFigures gives programs the figures in place of the table that people see.
func TestJSONFigures(t *testing.T) {
	table := func(key string) *models.Table {
		return &models.Table{Columns: []models.Column{{Key: key}}, Rows: [][]models.Cell{{{Text: "2", Value: int64(2)}}}, Total: 1}
	}
	reply := models.Reply{Text: "2 volumes.", Table: table("name"), Figures: table("count")}
	raw, err := JSON(reply)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(raw); !strings.Contains(got, `"count": 2`) || strings.Contains(got, `"name": 2`) {
		t.Errorf("the rows are not the figures:\n%s", got)
	}
}
