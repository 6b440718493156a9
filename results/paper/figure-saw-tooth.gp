# Draws figure-saw-tooth.svg and figure-saw-tooth.pdf from figure-saw-tooth.dat: gnuplot figure-saw-tooth.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 860,360 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 8.6in,3.6in font "Helvetica,9"
  }
  set output "figure-saw-tooth.".format
  set multiplot layout 1,2
  set title "no codec"
  set xlabel "round" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [1.0:10.0]; set xtics 2
  plot "figure-saw-tooth.dat" index 0 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "collaborator 0, 0 % grey", \
    "figure-saw-tooth.dat" index 1 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "collaborator 1, 100 % grey", \
    "figure-saw-tooth.dat" index 2 using 1:2 with points pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "global model"
  set title "AE 320"
  set xlabel "round" . "\n " offset 0,0.6
  set ylabel "test accuracy"
  set key bmargin center horizontal Left reverse samplen 2.5
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set xrange [1.0:10.0]; set xtics 2
  plot "figure-saw-tooth.dat" index 3 using 1:2 with lines linewidth 2 linecolor rgb "#0072B2" title "collaborator 0, 0 % grey", \
    "figure-saw-tooth.dat" index 4 using 1:2 with lines linewidth 2 linecolor rgb "#D55E00" title "collaborator 1, 100 % grey", \
    "figure-saw-tooth.dat" index 5 using 1:2 with points pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "global model"
  unset multiplot
}
unset output
